import { describe, expect, it } from 'vitest'
import { MINT, startGitHub } from '../github.ts'
import { errorWithCode } from '../rejection.ts'
import { isMint, json, scriptedGitHub } from '../scripted-github.ts'

const MINUTE_MS = 60_000

/** GitHub's clock is that much ahead of ours. */
const SKEWS = [
  ['20 minutes behind', 20 * MINUTE_MS],
  ['20 minutes ahead', -20 * MINUTE_MS],
] as const

describe.each(SKEWS)('a machine whose clock is %s', (_, skewMs) => {
  it('learns the difference from one refusal and remembers it on every path', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(skewMs)
    const app = auth()
    const acme = app.installation({ owner: 'acme' })
    expect((await time.settle(acme.token())).installationId).toBe(7)
    expect((await time.settle(app.app.fetch('/app'))).status).toBe(200)
    expect((await time.settle(acme.fetch('/installation/repositories'))).status).toBe(200)
    await time.settle(app.installation({ owner: 'acme', permissions: { issues: 'read' } }).token())
    await time.pass(9 * MINUTE_MS)
    await time.settle(app.installation({ owner: 'acme', permissions: { issues: 'write' } }).token())
    expect(simulator.count({ status: 401 })).toBe(1)
    expect(simulator.count({ route: MINT })).toBe(3)
  })

  it('learns it from a fetch of the app as well', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(skewMs)
    const { app } = auth()
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    expect(simulator.count({ status: 401 })).toBe(1)
  })

  it('gets a token for every installation when all are asked for at once', async () => {
    const { time, auth, simulator } = await startGitHub({
      accounts: Array.from({ length: 20 }, (_, index) => ({ login: `org-${index}`, installation: {} })),
    })
    simulator.advance(skewMs)
    const app = auth()
    const tokens = await time.settle(
      Promise.all(simulator.installations.map(({ id }) => app.installation({ installationId: id }).token())),
    )
    expect(tokens).toHaveLength(20)
  })

  it('gets an answer to every fetch of the app when all are sent at once', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(skewMs)
    const { app } = auth()
    const answers = await time.settle(Promise.all(Array.from({ length: 10 }, () => app.fetch('/app'))))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
  })

  it('still retries what fails after it has learnt the difference', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(skewMs)
    simulator.fail({ route: MINT, after: 1, times: 2, response: { status: 502 } })
    const token = await time.settle(auth().installation({ installationId: 7 }).token())
    expect(token.installationId).toBe(7)
  })

  it('still waits for a short throttle after it has learnt the difference', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(skewMs)
    simulator.fail({ route: MINT, after: 1, response: { status: 429, headers: { 'retry-after': '3' } } })
    const startedAt = time.clock.now()
    await time.settle(auth().installation({ installationId: 7 }).token())
    expect(time.clock.now() - startedAt).toBe(3_000)
  })

  it('never serves a token that is dead by the clock of GitHub', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(skewMs)
    const acme = auth().installation({ owner: 'acme' })
    for (let minutes = 0; minutes < 120; minutes += 3) {
      const { value } = await time.settle(acme.token())
      expect(simulator.revokeToken(value)).toBe(true)
      await time.settle(acme.token({ rejected: await time.settle(acme.token()) }))
      await time.pass(3 * MINUTE_MS)
    }
  })

  it('learns again when somebody sets it right', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(skewMs)
    const app = auth()
    await time.settle(app.installation({ owner: 'acme' }).token())
    simulator.advance(-skewMs)
    await time.settle(app.installation({ owner: 'acme', permissions: { issues: 'read' } }).token())
    expect((await time.settle(app.app.fetch('/app'))).status).toBe(200)
    expect(simulator.count({ status: 401 })).toBe(2)
  })
})

describe('a small difference of the clocks', () => {
  // ghinstallation PR #66: tokens renewed 15 minutes early because of clock skew 401s.
  it.each([2, 4, 8].map((minutes) => [minutes]))(
    'of %i minutes is learnt from the mint, so that no dead token is served',
    async (minutes) => {
      const { time, auth, simulator } = await startGitHub()
      simulator.advance(minutes * MINUTE_MS)
      const acme = auth().installation({ installationId: 7 })
      const first = await time.settle(acme.token())
      await time.pass(first.expiresAt - time.clock.now() - minutes * MINUTE_MS - 59_999)
      expect((await time.settle(acme.token())).value).not.toBe(first.value)
      expect(simulator.count({ status: 401 })).toBe(0)
    },
  )

  it('of some seconds needs no correction at all', async () => {
    const { time, auth, simulator } = await startGitHub()
    for (const seconds of [29, -58]) {
      simulator.advance(seconds * 1_000)
      await time.settle(auth().installation({ installationId: 7 }).token())
    }
    expect(simulator.count({ status: 401 })).toBe(0)
  })
})

describe('a refusal for the clock that cannot be helped', () => {
  const message = "'Expiration time' claim ('exp') is too far in the future"

  it('says how far the clock is off', async () => {
    const { time, auth } = scriptedGitHub(({ at }) =>
      json({ message }, { status: 401, headers: { date: new Date(at - 1_200_000).toUTCString() } }),
    )
    const error = await errorWithCode(
      'CLOCK_SKEW',
      time.settle(auth().installation({ installationId: 7 }).token()),
    )
    expect(error.details).toEqual({ offsetMs: -1_200_000 })
    expect(error.message).toMatch(/1200 s ahead of GitHub's.*too far in the future.*NTP/)
  })

  it('is tried twice and not more, however often it is repeated', async () => {
    const { time, auth, sent } = scriptedGitHub(({ at }) =>
      json(
        { message },
        { status: 401, headers: { date: new Date(at + sent.length * 60_000).toUTCString() } },
      ),
    )
    await errorWithCode('CLOCK_SKEW', time.settle(auth().installation({ installationId: 7 }).token()))
    expect(sent.filter(isMint)).toHaveLength(2)
  })

  it('says so when the answer has no date to learn from', async () => {
    const { time, auth } = scriptedGitHub(() => json({ message }, { status: 401 }))
    await errorWithCode('CLOCK_SKEW', time.settle(auth().installation({ installationId: 7 }).token()))
  })

  it('does not teach a difference that the expiry of the token contradicts', async () => {
    const { time, auth } = scriptedGitHub((request) =>
      isMint(request)
        ? json(
            { token: `ghs_${request.at}`, expires_at: new Date(request.at + 3_600_000).toISOString() },
            { status: 201, headers: { date: new Date(request.at - 86_400_000).toUTCString() } },
          )
        : undefined,
    )
    const acme = auth().installation({ installationId: 7 })
    const first = await time.settle(acme.token())
    await time.pass(3_540_001)
    expect((await time.settle(acme.token())).value).not.toBe(first.value)
  })
})
