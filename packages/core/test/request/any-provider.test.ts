import { describe, expect, it } from 'vitest'
import { authenticatedFetch, staticToken, type TokenProvider } from '../../src/index.ts'
import { errorWithCode } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'

/** A fetch with a given token. */
function fetchWith(provider: TokenProvider, answer: Parameters<typeof scriptedGitHub>[0], baseUrl?: string) {
  const { time, sent, fetch } = scriptedGitHub(answer)
  return { time, sent, fetch: authenticatedFetch(provider, { clock: time.clock, fetch, baseUrl }) }
}

describe('authenticatedFetch', () => {
  it('authenticates with the token of any provider', async () => {
    const { time, sent, fetch } = fetchWith(staticToken('ghp_1'), () => json({ login: 'octocat' }))
    expect(await (await time.settle(fetch('/user'))).json()).toEqual({ login: 'octocat' })
    expect(sent[0]?.url).toBe('https://api.github.com/user')
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer ghp_1')
  })

  it('says that a given token is refused, since there is no other', async () => {
    const { time, sent, fetch } = fetchWith(staticToken('ghp_1'), () => json({}, { status: 401 }))
    await errorWithCode('TOKEN_REFUSED', time.settle(fetch('/user')))
    expect(sent).toHaveLength(1)
  })

  it('keeps the token at its host, as every fetch here does', async () => {
    const { time, sent, fetch } = fetchWith(
      staticToken('ghp_1'),
      () => json({}),
      'https://octo.example/api/v3',
    )
    await errorWithCode('HOST_REFUSED', time.settle(fetch('https://api.github.com/user')))
    await time.settle(fetch('/user'))
    expect(sent.map(({ url }) => url)).toEqual(['https://octo.example/api/v3/user'])
  })

  it('does not wait for a token to become known that GitHub did not mint just now', async () => {
    const { time, sent, fetch } = fetchWith(staticToken('ghp_1'), () => json({}, { status: 404 }))
    expect((await time.settle(fetch('/repos/acme/nope'))).status).toBe(404)
    expect(sent).toHaveLength(1)
  })
})

describe('an answer whose body comes slowly', () => {
  const stalled = () => new ReadableStream<Uint8Array>({ pull: () => new Promise(() => undefined) })

  it.each([401, 403, 404, 429, 500])('does not hang the call, whatever it says (%i)', async (status) => {
    const { time, fetch } = fetchWith(staticToken('ghp_1'), () => new Response(stalled(), { status }))
    const given = fetch('/user', { method: 'POST' }).catch((error: unknown) => error)
    await time.pass(60_000)
    expect(await time.stateOf(given)).toBe('fulfilled')
  })

  it('is tried again like any other', async () => {
    const pieces = () => new Blob(['{"message":"You have exceeded ', 'a secondary rate limit."}']).stream()
    const { time, sent, fetch } = fetchWith(staticToken('ghp_1'), () =>
      sent.length === 1
        ? new Response(pieces(), { status: 403, headers: { 'retry-after': '2' } })
        : json({ login: 'octocat' }),
    )
    expect((await time.settle(fetch('/user'))).status).toBe(200)
    // Not sooner; how long the platform takes to read the pieces may come on top.
    expect(sent).toHaveLength(2)
    expect((sent[1]?.at ?? 0) - (sent[0]?.at ?? 0)).toBeGreaterThanOrEqual(2_000)
  })

  it('is handed over whole when it is not tried again', async () => {
    const text = JSON.stringify({ message: 'Resource not accessible', padding: 'x'.repeat(100_000) })
    const { time, fetch } = fetchWith(
      staticToken('ghp_1'),
      () => new Response(new Blob([text]).stream(), { status: 403 }),
    )
    expect(await (await time.settle(fetch('/user'))).text()).toBe(text)
  })
})
