import { githubError } from '@hubauth/simulator'
import { describe, expect, it } from 'vitest'
import {
  authenticatedFetch,
  createGitHubAuth,
  type GitHubAppOptions,
  pemKey,
  staticToken,
} from '../../src/index.ts'
import { ACME, MINT, startGitHub, timesOf } from '../github.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'

const HOUR_MS = 3_600_000
const ISSUES = '/repos/acme/api/issues'
const isCall = ({ path }: { path: string }) => path.endsWith('/issues')
const FIVE_AN_HOUR = { rateLimit: { perHour: 5, enforced: true } } as const
const QUERY = { method: 'POST', body: '{"query":"{ rateLimit { remaining } }"}' } as const
const TWO_ACCOUNTS = [ACME, { login: 'globex', repositories: [{ name: 'web' }], installation: { id: 8 } }]

const secondary = (seconds: number) =>
  githubError('SECONDARY_RATE_LIMIT', { headers: { 'retry-after': String(seconds) } })

describe('a fetch that waits', () => {
  it('is sent when GitHub accepts it, so that none of many is refused', async () => {
    const { time, auth, sent, simulator } = await startGitHub(FIVE_AN_HOUR)
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    await time.settle(acme.fetch(ISSUES))
    const answers = await time.settle(Promise.all(Array.from({ length: 22 }, () => acme.fetch(ISSUES))))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(simulator.count({ status: 403 })).toBe(0)
    const hours = timesOf(sent, isCall).map((ms) => Math.floor(ms / HOUR_MS))
    expect(hours).toEqual([0, 1, 2, 3, 4].flatMap((hour) => Array(hour === 4 ? 3 : 5).fill(hour)))
  })

  it('starts at another moment than the others, within five seconds', async () => {
    const { time, auth, sent, simulator } = await startGitHub()
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    simulator.fail({ path: ISSUES, mode: 'primary-rate-limit' })
    const refused = acme.fetch(ISSUES)
    await time.pass(1)
    const others = Array.from({ length: 100 }, () => acme.fetch(ISSUES))
    await time.settle(Promise.all([refused, ...others]))
    const [, ...moments] = timesOf(sent, isCall)
    expect(moments).toHaveLength(101)
    expect(Math.min(...moments)).toBeGreaterThanOrEqual(60_000)
    expect(Math.max(...moments)).toBeLessThanOrEqual(65_000)
    expect(new Set(moments).size).toBeGreaterThan(50)
  })

  it('is sent again after a refusal, whatever retryBudgetMs says, for any method', async () => {
    const { time, auth, sent, simulator } = await startGitHub()
    const acme = auth({ whenThrottled: 'wait', retryBudgetMs: 0 }).installation({ installationId: 7 })
    simulator.fail({ path: ISSUES, times: 5, response: secondary(600) })
    const response = await time.settle(acme.fetch(ISSUES, { method: 'POST', body: '{"title":"Snow"}' }))
    expect(response.status).toBe(201)
    const moments = timesOf(sent, isCall)
    expect(moments).toHaveLength(6)
    for (const [index, moment] of moments.entries())
      expect(moment - (moments[index - 1] ?? -600_000)).toBeGreaterThanOrEqual(600_000)
  })

  it('is handed the refusal when its body is a stream, which cannot be sent again', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    simulator.fail({ path: ISSUES, response: secondary(60) })
    const post = () => {
      const body = new Blob(['{"title":"Snow"}']).stream()
      return time.settle(acme.fetch(ISSUES, { method: 'POST', body, duplex: 'half' }))
    }
    expect((await post()).status).toBe(403)
    const startedAt = time.clock.now()
    expect((await post()).status).toBe(201)
    expect(time.clock.now() - startedAt).toBeGreaterThanOrEqual(60_000)
  })

  it('waits for a token too, when it is the app that GitHub refuses', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.fail({ route: MINT, response: secondary(600) })
    const startedAt = time.clock.now()
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    expect((await time.settle(acme.fetch(ISSUES))).status).toBe(200)
    expect(time.clock.now() - startedAt).toBeGreaterThanOrEqual(600_000)
  })

  it('goes with a token that is valid when it is sent, not with one from before it waited', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    simulator.fail({ path: ISSUES, times: 2, response: secondary(3_600) })
    expect((await time.settle(acme.fetch(ISSUES))).status).toBe(200)
    expect(simulator.count({ status: 401 })).toBe(0)
    expect(new Set(sent.filter(isCall).map(({ headers }) => headers.get('authorization'))).size).toBe(3)
  })

  it('asks again after a second or two when the last requests that remain are under way', async () => {
    const { time, auth, hang, sent } = await startGitHub({ rateLimit: { perHour: 2, enforced: true } })
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    await time.settle(acme.fetch(ISSUES))
    const release = hang(({ url }) => url.endsWith('?hang'))
    const controller = new AbortController()
    const hung = rejection(acme.fetch(`${ISSUES}?hang`, { signal: controller.signal }))
    await time.idle()
    const waiting = acme.fetch(ISSUES)
    await time.pass(10_000)
    expect(sent.filter(isCall)).toHaveLength(2)
    release()
    controller.abort('enough')
    expect(await hung).toBe('enough')
    const startedAt = time.clock.now()
    expect((await time.settle(waiting)).status).toBe(200)
    expect(time.clock.now() - startedAt).toBeLessThanOrEqual(2_000)
  })

  it('does not go in circles when it is told to come back at once', async () => {
    const { time, auth, sent } = scriptedGitHub((request) =>
      isCall(request) && sent.filter(isCall).length <= 20
        ? json({}, { status: 429, headers: { 'retry-after': '0' } })
        : undefined,
    )
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    expect((await time.settle(acme.fetch(ISSUES))).status).toBe(200)
    const moments = timesOf(sent, isCall)
    expect(moments.at(-1)).toBeGreaterThanOrEqual(20_000)
  })

  it('waits when a resource is exhausted that its path does not tell', async () => {
    const { time, auth, sent } = scriptedGitHub((request) => {
      if (!isCall(request) || sent.filter(isCall).length > 1) return undefined
      const headers = {
        'x-ratelimit-limit': '10',
        'x-ratelimit-remaining': '0',
        'x-ratelimit-reset': String(request.at / 1000 + 300),
        'x-ratelimit-resource': 'audit_log',
      }
      return json({ message: 'API rate limit exceeded' }, { status: 403, headers })
    })
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    const work = acme.fetch(ISSUES)
    await time.pass(1)
    expect((await time.settle(acme.fetch('/orgs/acme'))).status).toBe(200)
    expect(timesOf(sent, () => true).at(-1)).toBeLessThan(300_000)
    expect((await time.settle(work)).status).toBe(200)
    expect(timesOf(sent, isCall)[1]).toBeGreaterThanOrEqual(300_000)
  })

  it('ends with the reason of the signal when that aborts, and leaves nothing behind', async () => {
    const { time, auth, sent, simulator } = await startGitHub()
    const acme = auth({ whenThrottled: 'wait' }).installation({ installationId: 7 })
    simulator.fail({ path: ISSUES, response: secondary(600) })
    const controller = new AbortController()
    const given = [rejection(acme.fetch(ISSUES, { signal: controller.signal }))]
    await time.pass(1_000)
    const before = sent.length
    given.push(rejection(acme.fetch(ISSUES, { signal: controller.signal })))
    await time.pass(1_000)
    expect(time.sleeping).toBe(2)
    controller.abort('enough')
    expect(await Promise.all(given)).toEqual(['enough', 'enough'])
    await time.idle()
    expect(time.sleeping).toBe(0)
    expect(sent).toHaveLength(before)
  })

  it.each([
    ['the connection is lost', 'reset' as const],
    ['GitHub fails', { status: 502 }],
  ])('takes no place for ever when %s', async (_, response) => {
    const { time, auth, simulator } = await startGitHub({ rateLimit: { perHour: 2, enforced: true } })
    const acme = auth({ whenThrottled: 'wait', retryBudgetMs: 0 }).installation({ installationId: 7 })
    await time.settle(acme.fetch(ISSUES))
    simulator.fail({ path: ISSUES, response })
    await time.settle(acme.fetch(ISSUES).catch(() => undefined))
    const startedAt = time.clock.now()
    expect((await time.settle(acme.fetch(ISSUES))).status).toBe(200)
    expect(time.clock.now()).toBe(startedAt)
  })
})

describe('a fetch that fails', () => {
  it('is not sent when nothing remains, and says when it can be', async () => {
    const { time, auth, sent } = await startGitHub(FIVE_AN_HOUR)
    const startedAt = time.clock.now()
    const acme = auth({ whenThrottled: 'fail' }).installation({ installationId: 7 })
    for (let call = 0; call < 5; call++) await time.settle(acme.fetch(ISSUES))
    const error = await errorWithCode('THROTTLED', acme.fetch(ISSUES))
    expect(error.details).toEqual({ retryAt: startedAt + HOUR_MS })
    expect(error.retryable).toBe(true)
    expect(time.clock.now()).toBe(startedAt)
    expect(sent.filter(isCall)).toHaveLength(5)
    await time.pass(HOUR_MS)
    expect((await time.settle(acme.fetch(ISSUES))).status).toBe(200)
  })

  it('is not sent when those that are under way use up what remains', async () => {
    const { time, auth, sent, simulator } = await startGitHub(FIVE_AN_HOUR)
    const acme = auth({ whenThrottled: 'fail' }).installation({ installationId: 7 })
    await time.settle(acme.fetch(ISSUES))
    const settled = await time.settle(
      Promise.allSettled(Array.from({ length: 1_000 }, () => acme.fetch(ISSUES))),
    )
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(4)
    expect(sent.filter(isCall)).toHaveLength(5)
    expect(simulator.count({ status: 403 })).toBe(0)
  })

  it('turns a refusal into the error, at once', async () => {
    const { time, auth, sent, simulator } = await startGitHub()
    const startedAt = time.clock.now()
    const acme = auth({ whenThrottled: 'fail' }).installation({ installationId: 7 })
    simulator.fail({ path: ISSUES, response: secondary(5) })
    for (let call = 0; call < 3; call++) {
      const error = await errorWithCode('THROTTLED', time.settle(acme.fetch(ISSUES)))
      expect(error.details).toEqual({ retryAt: startedAt + 5_000 })
    }
    expect(sent.filter(isCall)).toHaveLength(1)
    expect(time.clock.now()).toBe(startedAt)
  })

  it('keeps back the other resources of an installation after a secondary limit, and no other installation', async () => {
    const { time, auth, simulator } = await startGitHub({ accounts: TWO_ACCOUNTS })
    const app = auth({ whenThrottled: 'fail' })
    const acme = app.installation({ installationId: 7 })
    simulator.fail({ path: ISSUES, response: secondary(60) })
    await errorWithCode('THROTTLED', time.settle(acme.fetch(ISSUES)))
    await errorWithCode('THROTTLED', time.settle(acme.fetch('/graphql', QUERY)))
    const globex = app.installation({ installationId: 8 })
    expect((await time.settle(globex.fetch('/installation/repositories'))).status).toBe(200)
    expect((await time.settle(app.app.fetch('/app'))).status).toBe(200)
  })

  it('keeps back one resource after a primary limit, and neither another one nor another installation', async () => {
    const { time, auth, simulator } = await startGitHub({ accounts: TWO_ACCOUNTS })
    const app = auth({ whenThrottled: 'fail' })
    const acme = app.installation({ owner: 'acme' })
    simulator.fail({ path: ISSUES, mode: 'primary-rate-limit' })
    await errorWithCode('THROTTLED', time.settle(acme.fetch(ISSUES)))
    await errorWithCode('THROTTLED', time.settle(acme.fetch('/installation/repositories')))
    expect((await time.settle(acme.fetch('/graphql', QUERY))).status).toBe(200)
    const globex = app.installation({ owner: 'globex' })
    expect((await time.settle(globex.fetch('/installation/repositories'))).status).toBe(200)
  })

  it('knows a refusal that met another handle on the same installation', async () => {
    const { time, auth, simulator } = await startGitHub()
    const app = auth({ whenThrottled: 'fail' })
    simulator.fail({ path: ISSUES, response: secondary(60) })
    await errorWithCode('THROTTLED', time.settle(app.installation({ installationId: 7 }).fetch(ISSUES)))
    const narrow = app.installation({ owner: 'acme', permissions: { issues: 'read' } })
    await errorWithCode('THROTTLED', time.settle(narrow.fetch(ISSUES)))
    expect(simulator.count({ status: 403 })).toBe(1)
  })

  it('of the app itself knows a refusal that met a mint', async () => {
    const { time, auth, simulator, sent } = await startGitHub()
    const app = auth({ whenThrottled: 'fail' })
    simulator.fail({ route: MINT, response: secondary(60) })
    await errorWithCode('THROTTLED', time.settle(app.installation({ installationId: 7 }).fetch(ISSUES)))
    await errorWithCode('THROTTLED', app.app.fetch('/app'))
    expect(sent).toHaveLength(1)
  })
})

describe('a fetch that is sent whatever is known', () => {
  it('is what there is without the option', async () => {
    const { time, auth, sent } = await startGitHub(FIVE_AN_HOUR)
    const acme = auth().installation({ installationId: 7 })
    const answers = []
    for (let call = 0; call < 7; call++) answers.push(await time.settle(acme.fetch(ISSUES)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 403, 403])
    expect(sent.filter(isCall)).toHaveLength(7)
  })
})

describe('whenThrottled', () => {
  it('works for tokens of any other provider, which count as one', async () => {
    const { time, simulator, fetch } = await startGitHub(FIVE_AN_HOUR)
    const token = simulator.createPersonalAccessToken('monalisa')
    const options = { baseUrl: simulator.url, clock: time.clock, fetch }
    const failing = authenticatedFetch(staticToken(token), { ...options, whenThrottled: 'fail' })
    for (let call = 0; call < 5; call++) expect((await time.settle(failing('/user'))).status).toBe(200)
    await errorWithCode('THROTTLED', failing('/user'))
    const waiting = authenticatedFetch(staticToken(token), { ...options, whenThrottled: 'wait' })
    const startedAt = time.clock.now()
    expect((await time.settle(waiting('/user'))).status).toBe(200)
    expect(time.clock.now() - startedAt).toBeGreaterThanOrEqual(HOUR_MS)
    expect(simulator.count({ status: 403 })).toBe(1)
  })

  it.each(['retry', '', null, true])('is refused when it is %j', (wrong) => {
    const whenThrottled = wrong as never
    const key = pemKey(() => '')
    const options: GitHubAppOptions = { appId: 1, key, whenThrottled }
    expect(() => createGitHubAuth(options)).toThrow(TypeError)
    expect(() => authenticatedFetch(staticToken('x'), { whenThrottled })).toThrow(/whenThrottled/)
  })
})
