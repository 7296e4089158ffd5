/** GitHub's classic tokens have 40 characters, the newer ones about 520 (changelog, 2026-04-24). */
export type TokenLength = 40 | 520

const HOUR_MS = 3_600_000
let minted = 0

/** The body that GitHub answers a mint with, each time with another token. */
export function tokenAnswer(length: TokenLength = 40): string {
  const token = `ghs_${String(++minted).padStart(length - 4, 'x')}`
  return JSON.stringify({
    token,
    expires_at: new Date(Date.now() + HOUR_MS).toISOString(),
    permissions: { contents: 'read', issues: 'write', metadata: 'read' },
    repository_selection: 'all',
  })
}

/** A `fetch` that mints in this process: no network, for measuring what comes after it. */
export function mintingFetch(length: TokenLength = 40): {
  readonly fetch: typeof fetch
  readonly mints: number
} {
  let mints = 0
  return {
    fetch: async () => {
      mints++
      return new Response(tokenAnswer(length), {
        status: 201,
        headers: { 'content-type': 'application/json; charset=utf-8' },
      })
    },
    get mints() {
      return mints
    },
  }
}
