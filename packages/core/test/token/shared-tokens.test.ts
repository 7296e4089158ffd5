import { describe, expect, it } from 'vitest'
import {
  type Cache,
  type HubauthEvent,
  type Lease,
  memoryCache,
  memoryLease,
  sealedCache,
  type TokenCache,
} from '../../src/index.ts'
import { MINT, startGitHub } from '../github.ts'
import { hubauthError } from '../rejection.ts'
import { isMint, json, scriptedGitHub } from '../scripted-github.ts'

const SECRET = 'an ephemeral secret of forty characters.'
const FAR = Number.MAX_SAFE_INTEGER

/** A cache of which only some methods work. */
function brokenCache(broken: Partial<Cache>): TokenCache {
  return { ...memoryCache(), ...broken, protection: 'memory' }
}

const down = () => Promise.reject(new Error('redis: connection refused'))
const never = () => new Promise<never>(() => undefined)

describe('two processes that share a cache', () => {
  it('mint once, one after the other, and get equal tokens', async () => {
    const { time, auth, simulator } = await startGitHub()
    const cache = time.trackCache(sealedCache(memoryCache({ clock: time.clock }), SECRET))
    const target = { owner: 'acme', repositories: ['api'], permissions: { issues: 'write' } } as const
    const first = await time.settle(auth({ cache }).installation(target).token())
    const second = await time.settle(auth({ cache }).installation(target).token())
    expect(simulator.mints).toBe(1)
    expect(second.value).toBe(first.value)
    expect(second.toJSON()).toEqual(first.toJSON())
    expect(Object.isFrozen(second.permissions)).toBe(true)
  })

  it('mint once at the same time, when they share a lease as well', async () => {
    const { time, auth, simulator } = await startGitHub()
    const cache = memoryCache({ clock: time.clock })
    const lease = memoryLease({ clock: time.clock })
    const handles = Array.from({ length: 4 }, () =>
      auth({ cache, lease }).installation({ installationId: 7 }),
    )
    const tokens = await time.settle(
      Promise.all(handles.flatMap((acme) => Array.from({ length: 250 }, () => acme.token()))),
    )
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(1)
    expect(simulator.mints).toBe(1)
  })

  it('renew once in the last five minutes', async () => {
    const { time, auth, simulator } = await startGitHub()
    const cache = memoryCache({ clock: time.clock })
    const lease = memoryLease({ clock: time.clock })
    const handles = [1, 2].map(() => auth({ cache, lease }).installation({ installationId: 7 }))
    await time.settle(Promise.all(handles.map((acme) => acme.token())))
    await time.pass(3_600_000 - 240_000)
    await time.settle(Promise.all(handles.map((acme) => acme.token())))
    await time.pass(1_000)
    const renewed = await time.settle(Promise.all(handles.map((acme) => acme.token())))
    expect(new Set(renewed.map(({ value }) => value)).size).toBe(1)
    expect(simulator.mints).toBe(2)
  })

  it('never get the same token for two apps, two hosts, two installations or two scopes', async () => {
    const cache = memoryCache()
    const { auth, sent, time } = scriptedGitHub()
    const handles = [
      auth({ cache }).installation({ installationId: 7 }),
      auth({ cache, appId: 11 }).installation({ installationId: 7 }),
      auth({ cache, appId: 1, baseUrl: 'https://octo.example/api/v3' }).installation({ installationId: 7 }),
      auth({ cache }).installation({ installationId: 71 }),
      auth({ cache }).installation({ installationId: 7, repositories: ['api'] }),
      auth({ cache }).installation({ installationId: 7, permissions: { api: 'read' } }),
    ]
    const tokens = await time.settle(Promise.all(handles.map((handle) => handle.token())))
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(handles.length)
    expect(sent.filter(isMint)).toHaveLength(handles.length)
  })

  it('do not hand a refused token on to each other', async () => {
    const { time, auth, simulator } = await startGitHub()
    const cache = memoryCache({ clock: time.clock })
    const [one, other] = [1, 2].map(() => auth({ cache }).installation({ installationId: 7 }))
    const refused = await time.settle(one?.token() ?? never())
    simulator.revokeToken(refused.value)
    simulator.fail({ route: MINT, response: { status: 422 } })
    await hubauthError(time.settle(one?.token({ rejected: refused }) ?? never()))
    expect((await time.settle(one?.token() ?? never())).value).not.toBe(refused.value)
    expect((await time.settle(other?.token() ?? never())).value).not.toBe(refused.value)
  })
})

describe('a lease', () => {
  it('whose holder died is waited for no longer than the timeout', async () => {
    const { time, auth, simulator } = await startGitHub()
    const lease = { acquire: async () => undefined }
    const startedAt = time.clock.now()
    const acme = auth({ cache: memoryCache({ clock: time.clock }), lease }).installation({
      installationId: 7,
    })
    await time.settle(acme.token())
    expect(simulator.mints).toBe(1)
    expect(time.clock.now() - startedAt).toBeLessThanOrEqual(10_000)
  })

  it('is not waited for longer when the clock is set back meanwhile', async () => {
    const { time, auth, simulator } = await startGitHub()
    let setBackMs = 0
    const clock = { ...time.clock, now: () => time.clock.now() - setBackMs }
    const lease = { acquire: async () => undefined }
    const cache = memoryCache({ clock })
    const token = auth({ cache, lease, clock }).installation({ installationId: 7 }).token()
    await time.pass(1_000)
    setBackMs = 7_200_000
    await time.settle(token)
    expect(simulator.mints).toBe(1)
  })

  it('is taken over in four seconds from a holder that died, by one of all who wait', async () => {
    const { time, auth, simulator } = await startGitHub()
    const cache = memoryCache({ clock: time.clock })
    const lease = memoryLease({ clock: time.clock })
    const taken: string[] = []
    const recording: Lease = {
      async acquire(key, ttlMs, options) {
        // Somebody who never comes back was first.
        if (taken.length === 0) await lease.acquire(key, ttlMs)
        taken.push(key)
        return lease.acquire(key, ttlMs, options)
      },
    }
    const events: HubauthEvent[] = []
    const observe = (event: HubauthEvent) => void events.push(event)
    const startedAt = time.clock.now()
    const handles = [1, 2, 3].map(() =>
      auth({ cache, lease: recording, observe }).installation({ installationId: 7 }),
    )
    await time.settle(Promise.all(handles.map((handle) => handle.token())))
    expect(simulator.mints).toBe(1)
    expect(time.clock.now() - startedAt).toBeLessThan(5_000)
    expect(events.filter(({ type }) => type === 'wait')).toMatchObject([
      { outcome: 'took-over', installationId: 7 },
      { outcome: 'shared' },
      { outcome: 'shared' },
    ])
  })

  it.each([
    ['fails', down],
    ['hangs', never],
  ])('that %s does not fail the caller, and is reported', async (_, acquire) => {
    const problems: unknown[] = []
    const { time, auth } = await startGitHub()
    const app = auth({
      cache: memoryCache({ clock: time.clock }),
      lease: { acquire },
      onProblem: (problem) => problems.push(problem),
    })
    expect((await time.settle(app.installation({ installationId: 7 }).token())).installationId).toBe(7)
    expect(problems).toMatchObject([{ code: 'CACHE_FAILED' }])
  })

  it('is given back when the mint fails, so that the next process need not wait for it', async () => {
    const { time, auth, simulator } = await startGitHub()
    const cache = memoryCache({ clock: time.clock })
    const lease = memoryLease({ clock: time.clock })
    simulator.fail({ route: MINT, response: { status: 422 } })
    await hubauthError(time.settle(auth({ cache, lease }).installation({ installationId: 7 }).token()))
    const startedAt = time.clock.now()
    await time.settle(auth({ cache, lease }).installation({ installationId: 7 }).token())
    expect(time.clock.now()).toBe(startedAt)
  })
})

describe('a shared cache', () => {
  it.each([
    ['cannot be read', { get: down }],
    ['cannot be written', { set: down }],
    ['can neither be read nor written', { get: down, set: down, delete: down }],
    ['hangs when it is read', { get: never }],
    ['hangs when it is written', { set: never }],
    ['hangs', { get: never, set: never, delete: never }],
    [
      'throws before it returns a promise',
      {
        get: () => {
          throw new Error('not connected')
        },
      },
    ],
  ])('that %s never fails the caller, and is reported', async (_, broken) => {
    const problems: unknown[] = []
    const { time, auth } = await startGitHub()
    const app = auth({ cache: brokenCache(broken), onProblem: (problem) => problems.push(problem) })
    const acme = app.installation({ installationId: 7 })
    const startedAt = time.clock.now()
    const token = await time.settle(acme.token())
    expect(time.clock.now() - startedAt).toBeLessThanOrEqual(2_000)
    expect(await time.settle(acme.token())).toBe(token)
    expect(problems.length).toBeGreaterThan(0)
    for (const problem of problems) expect(problem).toMatchObject({ code: 'CACHE_FAILED', retryable: true })
  })

  it.each([
    ['nothing', ''],
    ['text', 'not JSON'],
    ['null', 'null'],
    ['a token without a grant', JSON.stringify({ v: 1, value: 'ghs_1', expiresAt: FAR })],
    [
      'a token that is no text',
      JSON.stringify({ v: 1, value: 1, expiresAt: FAR, grant: { permissions: {} } }),
    ],
  ])('with %s in it is as good as an empty one', async (_, garbage) => {
    const { time, auth, simulator } = await startGitHub()
    const cache = brokenCache({ get: async () => garbage })
    const token = await time.settle(
      auth({ cache, onProblem: () => undefined })
        .installation({ installationId: 7 })
        .token(),
    )
    expect(simulator.revokeToken(token.value)).toBe(true)
  })

  it('never passes the token of another installation off as the one that was asked for', async () => {
    const { time, auth, simulator } = await startGitHub({
      accounts: ['one', 'two'].map((login) => ({ login, installation: {} })),
    })
    const [one = { id: 0 }, two = { id: 0 }] = simulator.installations
    const entries = new Map<string, string>()
    const cache = brokenCache({
      get: async () => entries.get('any'),
      set: async (_, value) => void entries.set('any', value),
    })
    const app = auth({ cache, onProblem: () => undefined })
    await time.settle(app.installation({ installationId: one.id }).token())
    const token = await time.settle(app.installation({ installationId: two.id }).token())
    expect(token.installationId).toBe(two.id)
    const response = await time.settle(
      app.installation({ installationId: two.id }).fetch('/installation/repositories'),
    )
    expect(response.status).toBe(200)
  })

  it('whose seal is broken is reported, and costs a mint', async () => {
    const problems: unknown[] = []
    const { time, auth, simulator } = await startGitHub()
    const damaged = { ...memoryCache(), get: async () => 'AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA' }
    const cache = time.trackCache(sealedCache(damaged, SECRET))
    const app = auth({ cache, onProblem: (problem) => problems.push(problem) })
    await time.settle(app.installation({ installationId: 7 }).token())
    expect(simulator.mints).toBe(1)
    expect(problems).toMatchObject([{ code: 'CACHE_FAILED' }])
  })

  it('that fails is no reason to fail when the reporter fails too', async () => {
    const { time, auth } = await startGitHub()
    const onProblem = () => {
      throw new Error('the log is full')
    }
    const app = auth({ cache: brokenCache({ get: down, set: down }), onProblem })
    expect((await time.settle(app.installation({ installationId: 7 }).token())).installationId).toBe(7)
  })

  it('gets values with an expiry before their own, by the clock of this machine', async () => {
    const expiries: number[] = []
    const { time, auth, simulator } = await startGitHub()
    simulator.advance(-1_200_000)
    const cache = brokenCache({ set: async (_, __, expiresAt) => void expiries.push(expiresAt) })
    const token = await time.settle(auth({ cache }).installation({ installationId: 7 }).token())
    expect(expiries).toHaveLength(1)
    expect(expiries[0]).toBeGreaterThan(time.clock.now() + 3_400_000)
    expect(expiries[0]).toBeLessThan(time.clock.now() + 3_600_000)
    expect(token.expiresAt).toBeLessThan(time.clock.now() + 2_500_000)
  })

  it.each([undefined, null, {}, { protection: 'none' }])(
    'that does not say how it protects tokens (%j) is refused',
    (protection) => {
      const { auth } = scriptedGitHub(() => json({}))
      const cache = { ...memoryCache(), protection } as unknown as TokenCache
      expect(() => auth({ cache })).toThrow(/live tokens in plain text; wrap it in sealedCache/)
    },
  )
})
