import { githubError } from '@hubauth/simulator'
import { describe, expect, it } from 'vitest'
import { MINT, startGitHub, timesOf } from '../github.ts'
import { errorWithCode, hubauthError } from '../rejection.ts'
import { isMint, json, scriptedGitHub } from '../scripted-github.ts'

const html = { status: 502, body: '<html>Bad Gateway</html>' }

describe('a mint is tried again', () => {
  it.each([
    ['500', githubError('SERVER_ERROR')],
    ['502 with an HTML page', html],
    ['503', { status: 503 }],
    ['a connection that is reset', 'reset' as const],
  ])('after %s, three times at most, with growing pauses', async (_, response) => {
    const { time, auth, simulator, sent } = await startGitHub()
    const fault = simulator.fail({ route: MINT, times: 3, response })
    await time.settle(auth().installation({ installationId: 7 }).token())
    expect(fault.hits).toBe(3)
    const [, first = 0, second = 0, third = 0] = timesOf(sent, isMint)
    for (const [pause, base] of [
      [first, 250],
      [second - first, 500],
      [third - second, 1_000],
    ] as const) {
      expect(pause).toBeGreaterThanOrEqual(base / 2)
      expect(pause).toBeLessThanOrEqual(base * 1.5)
    }
  })

  it('at another moment than the mints that failed together with it', async () => {
    const { time, auth, simulator, sent } = await startGitHub({
      accounts: Array.from({ length: 10 }, (_, index) => ({ login: `org-${index}`, installation: {} })),
    })
    simulator.fail({ route: MINT, times: 10, response: html })
    const app = auth()
    await time.settle(
      Promise.all(simulator.installations.map(({ id }) => app.installation({ installationId: id }).token())),
    )
    expect(new Set(timesOf(sent, isMint)).size).toBeGreaterThan(5)
  })

  it('not before Retry-After, when a server error names it', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    simulator.fail({ route: MINT, response: { status: 503, headers: { 'retry-after': '4' } } })
    await time.settle(auth().installation({ installationId: 7 }).token())
    expect(timesOf(sent, isMint)).toEqual([0, 4_000])
  })

  it('not at all when Retry-After is beyond the deadline', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    simulator.fail({ route: MINT, response: { status: 503, headers: { 'retry-after': '60' } } })
    const error = await errorWithCode(
      'GITHUB_UNAVAILABLE',
      time.settle(auth().installation({ installationId: 7 }).token()),
    )
    expect(error.message).toContain('503')
    expect(timesOf(sent, isMint)).toEqual([0])
  })

  it('four times at most, and then says what was wrong', async () => {
    const { time, auth, simulator } = await startGitHub()
    const fault = simulator.fail({ route: MINT, times: 9, response: html })
    const error = await errorWithCode(
      'GITHUB_UNAVAILABLE',
      time.settle(auth().installation({ installationId: 7 }).token()),
    )
    expect(error.message).toContain('GitHub answered 502')
    expect(fault.hits).toBe(4)
  })
})

describe('a mint is not tried again', () => {
  it.each([
    ['403', githubError('NOT_ACCESSIBLE')],
    ['404', githubError('NOT_FOUND')],
    ['410', { status: 410, body: { message: 'Gone' } }],
    ['422', githubError('PERMISSIONS_NOT_GRANTED')],
    ['a suspended installation', githubError('INSTALLATION_SUSPENDED')],
  ])('after %s', async (_, response) => {
    const { time, auth, simulator } = await startGitHub()
    const fault = simulator.fail({ route: MINT, times: 9, response })
    await hubauthError(time.settle(auth().installation({ installationId: 7 }).token()))
    expect(fault.hits).toBe(1)
  })
})

describe('a throttled app', () => {
  const secondary = (seconds: number) =>
    githubError('SECONDARY_RATE_LIMIT', { headers: { 'retry-after': String(seconds) } })

  it('waits for Retry-After and goes on', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    simulator.fail({ route: MINT, response: secondary(5) })
    await time.settle(auth().installation({ installationId: 7 }).token())
    expect(timesOf(sent, isMint)).toEqual([0, 5_000])
  })

  it('waits for a date in Retry-After', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    const date = new Date(time.clock.now() + 4_000).toUTCString()
    simulator.fail({ route: MINT, response: { status: 429, headers: { 'retry-after': date } } })
    await time.settle(auth().installation({ installationId: 7 }).token())
    expect(timesOf(sent, isMint)).toEqual([0, 4_000])
  })

  it('waits for x-ratelimit-reset', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    const headers = {
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': String(time.clock.now() / 1_000 + 7),
    }
    simulator.fail({ route: MINT, response: { ...githubError('RATE_LIMIT_EXCEEDED'), headers } })
    await time.settle(auth().installation({ installationId: 7 }).token())
    expect(timesOf(sent, isMint)).toEqual([0, 7_000])
  })

  it('makes all its installations wait, not only the one that was refused', async () => {
    const { time, auth, simulator, sent } = await startGitHub({
      accounts: ['one', 'two', 'three'].map((login) => ({ login, installation: {} })),
    })
    const [first, ...others] = simulator.installations
    const app = auth()
    simulator.fail({ route: MINT, response: secondary(5) })
    const refused = app.installation({ installationId: first?.id ?? 0 }).token()
    await time.pass(1_000)
    const waiting = others.map(({ id }) => app.installation({ installationId: id }).token())
    await time.pass(3_999)
    expect(sent.filter(isMint)).toHaveLength(1)
    await time.settle(Promise.all([refused, ...waiting]))
    expect(timesOf(sent, isMint)).toEqual([0, 5_000, 5_000, 5_000])
  })

  it('fails at once, and says when to come back, when the wait is longer than the deadline', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    simulator.fail({ route: MINT, response: secondary(60) })
    const acme = auth().installation({ installationId: 7 })
    const startedAt = time.clock.now()
    for (let call = 0; call < 3; call++) {
      const error = await errorWithCode('THROTTLED', time.settle(acme.token()))
      expect(error.details).toEqual({ retryAt: startedAt + 60_000 })
      expect(error.message).toContain(new Date(startedAt + 60_000).toISOString())
      expect(error.retryable).toBe(true)
    }
    expect(sent.filter(isMint)).toHaveLength(1)
    expect(time.clock.now()).toBe(startedAt)
    await time.pass(60_000)
    expect((await time.settle(acme.token())).installationId).toBe(7)
  })

  it('waits a minute when GitHub does not say how long', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.fail({ route: MINT, response: githubError('SECONDARY_RATE_LIMIT') })
    const startedAt = time.clock.now()
    const error = await errorWithCode(
      'THROTTLED',
      time.settle(auth().installation({ installationId: 7 }).token()),
    )
    expect(error.details).toEqual({ retryAt: startedAt + 60_000 })
  })

  it.each(['0', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'asks four times at most, and not at once, when it is told to come back at once (Retry-After: %s)',
    async (retryAfter) => {
      const { time, auth, sent } = scriptedGitHub(() =>
        sent.length > 20
          ? undefined
          : json({ message: 'slow down' }, { status: 429, headers: { 'retry-after': retryAfter } }),
      )
      await errorWithCode('THROTTLED', time.settle(auth().installation({ installationId: 7 }).token()))
      expect(new Set(timesOf(sent, isMint)).size).toBe(4)
      expect(sent).toHaveLength(4)
    },
  )

  it('says so for any wait that GitHub asks for, however absurd', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.fail({ route: MINT, response: secondary(99_999_999_999_999) })
    const acme = auth().installation({ installationId: 7 })
    const error = await errorWithCode('THROTTLED', time.settle(acme.token()))
    expect(error.details.retryAt).toBeGreaterThan(time.clock.now())
  })

  it('leaves other apps alone', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.fail({ route: MINT, response: secondary(60) })
    await errorWithCode('THROTTLED', time.settle(auth().installation({ installationId: 7 }).token()))
    expect((await time.settle(auth().installation({ installationId: 7 }).token())).installationId).toBe(7)
  })
})
