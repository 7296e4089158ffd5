import { githubError } from '@hubauth/simulator'
import { describe, expect, it, vi } from 'vitest'
import {
  authenticatedFetch,
  type HubauthEvent,
  keyRing,
  pemKey,
  type RequestEvent,
  type RetryEvent,
  staticToken,
  type ThrottleEvent,
} from '../../src/index.ts'
import { MINT, startGitHub } from '../github.ts'
import { hubauthError, rejection } from '../rejection.ts'
import { isMint, json, scriptedGitHub } from '../scripted-github.ts'

const ISSUES = '/repos/acme/api/issues'
const isCall = ({ path }: { path: string }) => path.endsWith('/issues')

/** Keeps what an observer is told. */
function recorder() {
  const events: HubauthEvent[] = []
  const of = <Type extends HubauthEvent['type']>(type: Type) =>
    events.filter((event): event is Extract<HubauthEvent, { type: Type }> => event.type === type)
  return {
    events,
    observe: (event: HubauthEvent) => void events.push(event),
    requests: (): readonly RequestEvent[] => of('request'),
    retries: (): readonly RetryEvent[] => of('retry'),
    throttles: (): readonly ThrottleEvent[] => of('throttle'),
  }
}

describe('an observer', () => {
  it('is told of every request to GitHub, with its status and what it says of the rate limit', async () => {
    const { time, auth, simulator } = await startGitHub()
    const { observe, requests, events } = recorder()
    const startedAt = time.clock.now()
    const acme = auth({ observe }).installation({ owner: 'acme' })
    await time.settle(acme.fetch(ISSUES, { method: 'POST', body: '{"title":"Snow"}' }))
    const app = simulator.app.clientId
    const { host } = new URL(simulator.url)
    const common = { type: 'request', app, host, durationMs: 0, error: undefined }
    const budget = { app, resource: 'core', limit: 5_000, resetAt: startedAt + 3_600_000 }
    const own = { ...budget, installationId: undefined }
    expect(requests()).toEqual([
      {
        ...common,
        installationId: undefined,
        method: 'GET',
        status: 200,
        budget: { ...own, remaining: 4_999, used: 1 },
      },
      {
        ...common,
        installationId: undefined,
        method: 'POST',
        status: 201,
        budget: { ...own, remaining: 4_998, used: 2 },
      },
      {
        ...common,
        installationId: 7,
        method: 'POST',
        status: 201,
        budget: { ...budget, installationId: 7, remaining: 4_999, used: 1 },
      },
    ])
    const told = JSON.stringify(events)
    expect(told).not.toContain('acme')
    expect(told).not.toContain((await acme.token()).value)
  })

  it('is told of each request that a redirect leads to', async () => {
    const { time, auth, simulator } = await startGitHub()
    const { observe, requests } = recorder()
    simulator.renameRepository('acme/api', 'interface')
    const acme = auth({ observe }).installation({ installationId: 7 })
    await time.settle(acme.fetch(ISSUES))
    expect(requests().map(({ status }) => status)).toEqual([201, 301, 200])
  })

  it('is told how long an answer took', async () => {
    const { time, auth } = scriptedGitHub(async (request) => {
      if (isCall(request)) await time.clock.sleep(1_234)
      return undefined
    })
    const { observe, requests } = recorder()
    await time.settle(auth({ observe }).installation({ installationId: 7 }).fetch(ISSUES))
    expect(requests().at(-1)).toMatchObject({ durationMs: 1_234, status: 200, budget: undefined })
  })

  it.each([
    ['GitHub cannot be reached', 'GITHUB_UNAVAILABLE'],
    ['no answer comes', 'TIMEOUT'],
    ['the caller gives up', 'OTHER'],
  ])('is told why there is no answer when %s', async (how, error) => {
    const { time, auth, hang, simulator } = await startGitHub()
    const { observe, requests } = recorder()
    const acme = auth({ observe, retryBudgetMs: 0 }).installation({ installationId: 7 })
    const controller = new AbortController()
    if (how === 'GitHub cannot be reached') simulator.fail({ path: ISSUES, response: 'reset' })
    else hang(isCall)
    const given = rejection(acme.fetch(ISSUES, { signal: controller.signal }))
    await time.pass(100)
    if (how === 'the caller gives up') controller.abort('enough')
    await time.settle(given)
    expect(requests().at(-1)).toMatchObject({ status: undefined, error, installationId: 7 })
  })

  it('is told why a mint has no answer', async () => {
    const { time, auth, hang } = await startGitHub()
    const { observe, requests } = recorder()
    hang(isMint)
    await hubauthError(time.settle(auth({ observe }).installation({ installationId: 7 }).token()))
    expect(requests()).toMatchObject([{ method: 'POST', status: undefined, error: 'TIMEOUT' }])
  })

  it.each([
    ['network', 'reset' as const, 500],
    ['server', { status: 502 }, 500],
    ['replicating', githubError('NOT_FOUND'), 1_000],
    ['throttled', githubError('SECONDARY_RATE_LIMIT', { headers: { 'retry-after': '4' } }), 4_000],
    ['refused', githubError('BAD_CREDENTIALS'), 0],
  ])('is told that a fetch is sent again (%s)', async (reason, response, waitMs) => {
    const { time, auth, simulator } = await startGitHub()
    const { observe, retries } = recorder()
    const acme = auth({ observe }).installation({ installationId: 7 })
    await time.settle(acme.token())
    if (reason === 'refused') await time.pass(60_000)
    simulator.fail({ path: ISSUES, response })
    expect((await time.settle(acme.fetch(ISSUES))).status).toBe(200)
    expect(retries()).toEqual([
      { type: 'retry', app: simulator.app.clientId, installationId: 7, reason, waitMs },
    ])
  })

  it.each([
    ['network', 'reset' as const],
    ['server', { status: 502 }],
    ['throttled', githubError('SECONDARY_RATE_LIMIT', { headers: { 'retry-after': '4' } })],
  ])('is told that a call of the app is made again (%s)', async (reason, response) => {
    const { time, auth, simulator } = await startGitHub()
    const { observe, retries, throttles } = recorder()
    const github = auth({ observe })
    await time.settle(github.app.fetch('/app'))
    simulator.fail({ route: MINT, response })
    await time.settle(github.installation({ installationId: 7 }).token())
    expect(retries()).toMatchObject([{ installationId: undefined, reason }])
    expect(throttles()).toHaveLength(reason === 'throttled' ? 1 : 0)
  })

  it('is told that a refused JWT is signed by another key', async () => {
    const { time, auth, simulator } = await startGitHub()
    const { observe, retries } = recorder()
    const next = pemKey(await simulator.addKey())
    const key = time.trackKey(keyRing(pemKey(simulator.app.privateKey), next))
    simulator.deleteKey(simulator.app.privateKey)
    await time.settle(auth({ observe, key }).installation({ installationId: 7 }).token())
    expect(new Set(retries().map(({ reason }) => reason))).toEqual(new Set(['refused']))
    expect(retries().every(({ installationId }) => installationId === undefined)).toBe(true)
  })

  it('is told that a JWT is made by another clock', async () => {
    const { time, auth, simulator } = await startGitHub()
    const { observe, retries } = recorder()
    simulator.advance(1_200_000)
    await time.settle(auth({ observe }).app.fetch('/app'))
    await time.settle(auth({ observe }).installation({ installationId: 7 }).token())
    expect(retries().map(({ reason, waitMs }) => [reason, waitMs])).toEqual([
      ['skew', 0],
      ['skew', 0],
    ])
  })

  it('is told of no other try when there is none', async () => {
    const { time, auth, simulator } = await startGitHub()
    const { observe, retries, throttles } = recorder()
    const acme = auth({ observe, retryBudgetMs: 1_000 }).installation({ installationId: 7 })
    const retryAt = time.clock.now() + 60_000
    simulator.fail({ route: MINT, mode: 'secondary-rate-limit' })
    await hubauthError(time.settle(acme.token()))
    await time.pass(60_000)
    simulator.fail({ path: ISSUES, mode: 'secondary-rate-limit' })
    expect((await time.settle(acme.fetch(ISSUES))).status).toBe(403)
    expect(retries()).toEqual([])
    const app = simulator.app.clientId
    expect(throttles()).toEqual([
      { type: 'throttle', app, installationId: undefined, retryAt },
      { type: 'throttle', app, installationId: 7, retryAt: retryAt + 60_000 },
    ])
  })

  it.each(['wait', 'fail'] as const)(
    'is told once that a request is kept back (%s)',
    async (whenThrottled) => {
      const { time, auth, simulator } = await startGitHub()
      const { observe, throttles, retries, requests } = recorder()
      const acme = auth({ observe, whenThrottled }).installation({ installationId: 7 })
      const retryAt = time.clock.now() + 60_000
      simulator.fail({ path: ISSUES, mode: 'secondary-rate-limit' })
      const refused = acme.fetch(ISSUES).catch(() => undefined)
      await time.pass(1)
      const before = requests().length
      const keptBack = acme.fetch(ISSUES).catch(() => undefined)
      await time.pass(1)
      expect(requests()).toHaveLength(before)
      await time.settle(Promise.all([refused, keptBack]))
      expect(throttles()).toMatchObject([{ retryAt }, { retryAt }])
      expect(retries()).toMatchObject(
        whenThrottled === 'wait' ? [{ reason: 'throttled', waitMs: 60_000, installationId: 7 }] : [],
      )
    },
  )

  it('hears of a fetch with any other token as well', async () => {
    const { time, fetch } = scriptedGitHub()
    const { observe, events } = recorder()
    const options = { clock: time.clock, fetch, observe }
    await time.settle(authenticatedFetch(staticToken('ghp_planted'), options)('/user'))
    const expected = { app: undefined, installationId: undefined, method: 'GET', host: 'api.github.com' }
    expect(events).toMatchObject([{ type: 'request', status: 200, ...expected }])
    expect(JSON.stringify(events)).not.toContain('ghp_planted')
  })

  it('hurts nobody when it throws', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { time, auth } = scriptedGitHub((request) =>
      isCall(request) ? json({}, { headers: { 'x-ratelimit-limit': 'many' } }) : undefined,
    )
    const observe = () => {
      throw new Error('no')
    }
    const acme = auth({ observe }).installation({ installationId: 7 })
    const response = await time.settle(acme.fetch(ISSUES)).finally(() => print.mockRestore())
    expect(response.status).toBe(200)
  })
})
