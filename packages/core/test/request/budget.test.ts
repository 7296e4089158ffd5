import { startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { createGitHubAuth, pemKey } from '../../src/index.ts'
import { ACME, MINT, startGitHub } from '../github.ts'

const HOUR_MS = 3_600_000
const ISSUES = '/repos/acme/api/issues'
const QUERY = { method: 'POST', body: '{"query":"{ rateLimit { remaining } }"}' } as const

describe('budget()', () => {
  it('tells what is left of every limit that an answer has told of, the most used up first', async () => {
    const { time, auth, simulator } = await startGitHub()
    const startedAt = time.clock.now()
    const github = auth()
    expect(github.budget()).toEqual([])
    const acme = github.installation({ owner: 'acme' })
    for (let call = 0; call < 3; call++) await time.settle(acme.fetch(ISSUES))
    await time.settle(acme.fetch('/graphql', QUERY))
    const budget = { app: simulator.app.clientId, limit: 5_000, resetAt: startedAt + HOUR_MS }
    const expected = [
      { ...budget, installationId: 7, resource: 'core', remaining: 4_997, used: 3 },
      { ...budget, installationId: undefined, resource: 'core', remaining: 4_998, used: 2 },
      { ...budget, installationId: 7, resource: 'graphql', remaining: 4_999, used: 1 },
    ]
    expect(github.budget()).toEqual(expected)
    expect(github.app.budget()).toEqual(expected)
    await time.pass(HOUR_MS)
    expect(github.budget()).toEqual([])
  })

  it('of a handle is that of its installation, also by name and through other handles', async () => {
    const { time, auth } = await startGitHub({
      accounts: [ACME, { login: 'globex', repositories: [{ name: 'web' }], installation: { id: 8 } }],
    })
    const github = auth()
    const byName = github.installation({ owner: 'acme' })
    const byId = github.installation({ installationId: 7 })
    expect([byName.budget(), byId.budget()]).toEqual([[], []])
    await time.settle(byName.fetch(ISSUES))
    await time.settle(github.installation({ owner: 'globex' }).fetch('/installation/repositories'))
    expect(byName.budget()).toMatchObject([{ installationId: 7, resource: 'core', used: 1 }])
    expect(byId.budget()).toEqual(byName.budget())
    expect(github.budget()).toHaveLength(3)
  })

  it('counts a refusal for the rate, in whatever way fetches deal with it', async () => {
    for (const whenThrottled of ['send', 'fail'] as const) {
      const { time, auth } = await startGitHub({ rateLimit: { perHour: 2, enforced: true } })
      const acme = auth({ whenThrottled }).installation({ installationId: 7 })
      for (let call = 0; call < 3; call++) await time.settle(acme.fetch(ISSUES).catch(() => undefined))
      expect(acme.budget()).toMatchObject([{ limit: 2, remaining: 0, used: 2 }])
    }
  })

  it('counts the calls of the app itself, though they failed', async () => {
    const { time, auth, simulator } = await startGitHub()
    simulator.suspend(7)
    const github = auth()
    await time.settle(
      github
        .installation({ installationId: 7 })
        .token()
        .catch(() => undefined),
    )
    expect(simulator.count({ route: MINT })).toBe(1)
    expect(github.budget()).toMatchObject([{ installationId: undefined, resource: 'core', used: 1 }])
  })

  it('is that of all apps together, where there is one for each organization', async () => {
    const logins = ['acme', 'globex']
    const privateKey = rsaKey().pkcs1
    const simulator = await startSimulator({
      apps: logins.map((login) => ({ slug: `app-of-${login}`, privateKey })),
      accounts: logins.map((login) => ({ login, installations: [{ app: `app-of-${login}` }] })),
    })
    onTestFinished(() => simulator.close())
    const entries = simulator.apps.map(({ id }, index) => [
      logins[index],
      { appId: id, key: pemKey(privateKey) },
    ])
    const organizations = Object.fromEntries(entries)
    const github = createGitHubAuth({ organizations, baseUrl: simulator.url })
    for (const owner of logins) await github.installation({ owner }).token()
    expect(github.budget().map(({ app }) => app)).toEqual(simulator.apps.map(({ id }) => id))
    expect(github.appOf('globex').budget()).toHaveLength(1)
    const missing = github.forDelivery({ installationId: undefined, owner: undefined })
    expect(missing.budget()).toEqual([])
  })
})
