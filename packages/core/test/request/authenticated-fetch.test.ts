import { describe, expect, it, vi } from 'vitest'
import { startGitHub, timesOf } from '../github.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { isMint, json, scriptedGitHub } from '../scripted-github.ts'

const ISSUES = '/repos/acme/api/issues'
const isCall = ({ path }: { path: string }) => path.endsWith('/issues')

describe('a fetch as an installation', () => {
  it('authenticates, and says what it is and what it wants', async () => {
    const { time, auth, sent } = await startGitHub()
    const acme = auth({ userAgent: 'octo-bot/1.0' }).installation({ owner: 'acme' })
    const response = await time.settle(acme.fetch(ISSUES))
    expect(await response.json()).toMatchObject([{ title: 'It rains' }])
    const headers = Object.fromEntries(sent.at(-1)?.headers ?? [])
    expect(headers).toEqual({
      accept: 'application/vnd.github+json',
      authorization: (await acme.token()).authorization,
      'user-agent': 'octo-bot/1.0',
      'x-github-api-version': '2022-11-28',
    })
  })

  it("keeps the caller's headers, except for the authorization", async () => {
    const { time, auth, sent } = scriptedGitHub()
    const headers = { accept: 'application/vnd.github.raw', Authorization: 'Bearer mine', 'X-Trace': '1' }
    await time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES, { headers }))
    const call = sent.find(isCall)
    expect(call?.headers.get('accept')).toBe('application/vnd.github.raw')
    expect(call?.headers.get('x-trace')).toBe('1')
    expect(call?.headers.get('authorization')).toBe('Bearer ghs_token1')
    expect(headers.Authorization).toBe('Bearer mine')
  })

  it('answers like fetch: a status is no error', async () => {
    const { time, auth } = await startGitHub()
    const acme = auth({ retryBudgetMs: 0 }).installation({ owner: 'acme' })
    expect((await time.settle(acme.fetch('/repos/acme/nope'))).status).toBe(404)
    expect((await time.settle(acme.fetch(ISSUES, { method: 'POST', body: '{}' }))).status).toBe(422)
  })

  it('takes a Request, with its method, headers and body', async () => {
    const { time, auth } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const { apiUrl } = auth().app.host
    const request = new Request(`${apiUrl}${ISSUES}`, {
      method: 'POST',
      body: JSON.stringify({ title: 'Snow' }),
    })
    const response = await time.settle(acme.fetch(request))
    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({ title: 'Snow' })
  })

  // @hono/node-server does that to Response, so that real answers are no instances of the global any more.
  it('works where a server replaced the global Request and Response by its own', async () => {
    const { time, auth } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const request = new Request(`${auth().app.host.apiUrl}${ISSUES}`)
    vi.stubGlobal('Request', class extends Request {})
    vi.stubGlobal('Response', class extends Response {})
    const response = await time.settle(acme.fetch(request)).finally(() => vi.unstubAllGlobals())
    expect(response.status).toBe(200)
  })

  it('lets init win over the Request, as fetch does', async () => {
    const { time, auth, sent } = scriptedGitHub()
    const request = new Request(`https://api.github.com${ISSUES}`, {
      method: 'POST',
      body: 'old',
      headers: { a: '1' },
    })
    const init = { method: 'PATCH', body: 'new', headers: { b: '2' } }
    await time.settle(auth().installation({ installationId: 7 }).fetch(request, init))
    const call = sent.find(isCall)
    expect(call).toMatchObject({ method: 'PATCH', body: 'new' })
    expect([call?.headers.get('a'), call?.headers.get('b')]).toEqual([null, '2'])
  })

  it('needs no this', async () => {
    const { time, auth } = scriptedGitHub()
    const { fetch } = auth().installation({ installationId: 7 })
    const { fetch: asApp } = auth().app
    expect((await time.settle(fetch(ISSUES))).status).toBe(200)
    expect((await time.settle(asApp('/app'))).status).toBe(200)
  })

  it('replaces a token that was revoked, once, and the new one serves everybody', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const { value } = await time.settle(acme.token())
    await time.pass(60_000)
    simulator.revokeToken(value)
    const answers = await time.settle(Promise.all(Array.from({ length: 10 }, () => acme.fetch(ISSUES))))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(simulator.mints).toBe(2)
    expect((await acme.token()).value).not.toBe(value)
  })

  it('returns the 401 when the new token is refused as well', async () => {
    const { time, auth, sent } = scriptedGitHub((request) =>
      isCall(request) ? json({ message: 'Bad credentials' }, { status: 401 }) : undefined,
    )
    const acme = auth({ retryBudgetMs: 0 }).installation({ installationId: 7 })
    expect((await time.settle(acme.fetch(ISSUES))).status).toBe(401)
    expect(sent.filter(isCall)).toHaveLength(2)
    expect(sent.filter(isMint)).toHaveLength(2)
  })

  it('throws the reason when no other token is to be had', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    const { value } = await time.settle(acme.token())
    await time.pass(60_000)
    simulator.suspend(7)
    simulator.revokeToken(value)
    await errorWithCode('INSTALLATION_SUSPENDED', time.settle(acme.fetch(ISSUES)))
  })

  it.each([
    ['text', () => '{"title":"Snow"}'],
    ['bytes', () => new TextEncoder().encode('{"title":"Snow"}')],
    ['a Blob', () => new Blob(['{"title":"Snow"}'])],
  ])('sends %s again when the first attempt was refused', async (_, body) => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    simulator.revokeToken((await time.settle(acme.token())).value)
    await time.pass(60_000)
    const response = await time.settle(acme.fetch(ISSUES, { method: 'POST', body: body() }))
    expect(response.status).toBe(201)
    expect(await response.json()).toMatchObject({ title: 'Snow' })
  })

  it.each([
    ['a stream', () => new Blob(['{"title":"Snow"}']).stream()],
    [
      'an async iterable',
      async function* () {
        yield new TextEncoder().encode('{"title":"Snow"}')
      },
    ],
  ])('does not send %s again, but does not use the refused token again either', async (_, body) => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth().installation({ owner: 'acme' })
    simulator.revokeToken((await time.settle(acme.token())).value)
    await time.pass(60_000)
    const post = () => time.settle(acme.fetch(ISSUES, { method: 'POST', body: body(), duplex: 'half' }))
    expect((await post()).status).toBe(401)
    expect((await post()).status).toBe(201)
  })

  it('repeats a GET after server errors and lost connections, and nothing else', async () => {
    for (const [method, times] of [
      ['GET', [0, 500, 1_500]],
      ['POST', [0]],
      ['DELETE', [0]],
    ] as const) {
      const { time, auth, sent } = scriptedGitHub((request) => {
        if (!isCall(request)) return undefined
        const attempt = sent.filter(isCall).length
        if (attempt === 1) throw new TypeError('fetch failed')
        return attempt === 2 ? new Response('<html>', { status: 502 }) : undefined
      })
      const work = auth().installation({ installationId: 7 }).fetch(ISSUES, { method })
      await time.settle(work.catch(() => undefined))
      expect(timesOf(sent, isCall)).toEqual(times)
    }
  })

  it('says which host could not be reached when the connection keeps failing', async () => {
    const { time, auth, sent } = scriptedGitHub((request) => {
      if (isCall(request)) throw new TypeError('fetch failed')
      return undefined
    })
    const error = await errorWithCode(
      'GITHUB_UNAVAILABLE',
      time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES)),
    )
    expect(error.message).toContain('https://api.github.com could not be reached')
    expect(sent.filter(isCall)).toHaveLength(4)
  })

  it('rejects at once when the caller forbids redirects and there is one', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    simulator.renameRepository('acme/api', 'interface')
    const acme = auth().installation({ owner: 'acme' })
    await time.settle(acme.token())
    const startedAt = time.clock.now()
    await rejection(time.settle(acme.fetch(ISSUES, { redirect: 'error' })))
    expect(sent.filter(isCall)).toHaveLength(1)
    expect(time.clock.now()).toBe(startedAt)
  })

  it('waits for a throttle within the budget, for any method', async () => {
    const { time, auth, sent } = scriptedGitHub((request) =>
      isCall(request) && sent.filter(isCall).length === 1
        ? json({ message: 'slow down' }, { status: 429, headers: { 'retry-after': '6' } })
        : undefined,
    )
    const acme = auth().installation({ installationId: 7 })
    expect((await time.settle(acme.fetch(ISSUES, { method: 'POST', body: '{}' }))).status).toBe(200)
    expect(timesOf(sent, isCall)).toEqual([0, 6_000])
  })

  it('hands a throttle over when the wait is beyond the budget', async () => {
    const { time, auth, sent } = scriptedGitHub((request) =>
      isCall(request) ? json({}, { status: 429, headers: { 'retry-after': '11' } }) : undefined,
    )
    const response = await time.settle(auth().installation({ installationId: 7 }).fetch(ISSUES))
    expect(response.status).toBe(429)
    expect(sent.filter(isCall)).toHaveLength(1)
  })

  it.each([0, 10_000])(
    'does not go in circles when it is told to come back at once (budget %i ms)',
    async (retryBudgetMs) => {
      const { time, auth, sent } = scriptedGitHub((request) =>
        isCall(request) && sent.length < 30
          ? json({}, { status: 429, headers: { 'retry-after': '0' } })
          : undefined,
      )
      const response = await time.settle(
        auth({ retryBudgetMs }).installation({ installationId: 7 }).fetch(ISSUES),
      )
      expect(response.status).toBe(429)
      expect(sent.filter(isCall).length).toBeLessThanOrEqual(retryBudgetMs === 0 ? 1 : 5)
    },
  )

  it.each(['before it starts', 'while the token is minted', 'while it is sent', 'while it waits'])(
    'ends with the reason of the signal when it aborts %s',
    async (moment) => {
      const { time, auth, hang } = await startGitHub()
      const acme = auth().installation({ owner: 'acme' })
      const controller = new AbortController()
      if (moment === 'before it starts') controller.abort('enough')
      else if (moment === 'while the token is minted') hang(isMint)
      else if (moment === 'while it is sent') hang(isCall)
      const path = moment === 'while it waits' ? '/repos/acme/nope' : ISSUES
      const given = rejection(acme.fetch(path, { signal: controller.signal }))
      await time.pass(100)
      controller.abort('enough')
      expect(await time.settle(given)).toBe('enough')
    },
  )
})
