/** Hands out identifiers: the same ones on every run, far apart per kind so that a mixed-up id is noticed. */
export class Ids {
  readonly #next = new Map<number, number>()

  /** The next free number at or above `start`. */
  next(start: number): number {
    const id = this.#next.get(start) ?? start
    this.#next.set(start, id + 1)
    return id
  }
}

/** Where the ids of each kind begin. */
export const FIRST_ID = {
  app: 1_001_001,
  account: 5_000_001,
  installation: 40_000_001,
  hook: 300_000_001,
  repository: 700_000_001,
  issue: 2_000_000_001,
  comment: 3_000_000_001,
  authorization: 900_000_001,
  installationRequest: 25_000_001,
  delivery: 12_000_000_001,
} as const

/** A global node id in GitHub's current form: a type prefix and an opaque tail. */
export function nodeId(prefix: string, id: number): string {
  return `${prefix}_kwDO${Buffer.from(String(id)).toString('base64url')}`
}
