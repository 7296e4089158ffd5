import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import {
  createGitHubAuth,
  type GitHubAppOptions,
  memoryCache,
  pemKey,
  withGitHubAuth,
} from '../../src/index.ts'
import { ACME, startGitHub } from '../github.ts'
import { errorWithCode, rejection, thrown } from '../rejection.ts'
import { isMint, scriptedGitHub } from '../scripted-github.ts'

const key = pemKey(rsaKey().pkcs1)

describe('createGitHubAuth', () => {
  it('reads no key and sends nothing', async () => {
    const sent: unknown[] = []
    const unused = () => {
      sent.push('read')
      return Promise.reject(new Error('not now'))
    }
    const auth = createGitHubAuth({ appId: 1, key: pemKey(unused), fetch: unused })
    auth.installation({ owner: 'acme' })
    await Promise.resolve()
    expect(sent).toEqual([])
  })

  it.each<[string, Record<string, unknown>]>([
    ['appId', { appId: undefined }],
    ['appId', { appId: '' }],
    ['appId', { appId: 0 }],
    ['appId', { appId: 1.5 }],
    ['appId', { appId: Number.NaN }],
    ['appId', { appId: 'two words' }],
    ['appId', { appId: rsaKey().pkcs1 }],
    ['key', { key: undefined }],
    ['key', { key: rsaKey().pkcs1 }],
    ['key', { key: {} }],
    ['baseUrl', { baseUrl: 'api.github.com' }],
    ['baseUrl', { baseUrl: 'http://github.octo.example/api/v3' }],
    ['maxTokens', { maxTokens: 0 }],
    ['refreshBeforeMs', { refreshBeforeMs: -1 }],
    ['refreshBeforeMs', { refreshBeforeMs: 3_300_001 }],
    ['refreshBeforeMs', { refreshBeforeMs: '5 minutes' }],
    ['timeoutMs', { timeoutMs: 0 }],
    ['timeoutMs', { timeoutMs: Number.NaN }],
    ['retryBudgetMs', { retryBudgetMs: -1 }],
    ['cache', { cache: { ...memoryCache(), protection: undefined } }],
  ])('refuses a wrong %s when it is built, and names it: %#', (name, wrong) => {
    const build = () => createGitHubAuth({ appId: 1, key, ...wrong } as GitHubAppOptions)
    expect(build).toThrow(TypeError)
    expect(build).toThrow(new RegExp(`^${name}: `))
    expect(build).not.toThrow(/PRIVATE KEY/)
  })

  it('keeps the id of the app as it was given', () => {
    expect(createGitHubAuth({ appId: 'Iv23liOcto', key }).app.appId).toBe('Iv23liOcto')
    expect(createGitHubAuth({ appId: 42, key }).app.appId).toBe(42)
  })

  it('acts as the app itself with its JWT', async () => {
    const { time, auth, simulator } = await startGitHub()
    const { app } = auth()
    const response = await time.settle(app.fetch('/app'))
    expect(await response.json()).toMatchObject({ id: simulator.app.id, slug: simulator.app.slug })
    expect((await app.token()).value).toMatch(/^eyJ[\w-]+\.[\w-]+\.[\w-]+$/)
  })

  it.each(['id', 'clientId'] as const)('authenticates with the %s of the app', async (kind) => {
    const { time, auth, simulator } = await startGitHub()
    const app = auth({ appId: simulator.app[kind] })
    expect((await time.settle(app.installation({ owner: 'acme' }).token())).app).toBe(simulator.app[kind])
  })

  it('talks to an Enterprise Server below /api/v3', async () => {
    const { time, auth, simulator } = await startGitHub()
    const acme = auth({ baseUrl: `${simulator.url}/api/v3` }).installation({ owner: 'acme' })
    expect((await time.settle(acme.fetch('/repos/acme/api/issues'))).status).toBe(200)
  })

  it('picks up a rotated key when GitHub refuses the old one', async () => {
    const { time, auth, simulator } = await startGitHub()
    let pem = simulator.app.privateKey
    const { app } = auth({ key: time.trackKey(pemKey(() => pem)) })
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    pem = await simulator.addKey()
    simulator.deleteKey(simulator.app.privateKey)
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    expect(simulator.count({ status: 401 })).toBe(1)
  })

  it('picks up a rotated key for a mint as well', async () => {
    const { time, auth, simulator } = await startGitHub()
    let pem = simulator.app.privateKey
    const app = auth({ key: time.trackKey(pemKey(() => pem)) })
    await time.settle(app.app.token())
    pem = await simulator.addKey()
    simulator.deleteKey(simulator.app.privateKey)
    expect((await time.settle(app.installation({ owner: 'acme' }).token())).installationId).toBe(7)
  })
})

describe('forDelivery', () => {
  it('is the installation of the delivery, without a lookup', async () => {
    const { time, auth, sent } = await startGitHub()
    const github = auth().forDelivery({ installationId: 7, owner: 'acme' })
    expect(await time.settle(github.token())).toMatchObject({ installationId: 7, owner: 'acme' })
    expect(sent.map(({ method }) => method)).toEqual(['POST'])
  })

  it('says at the first use that the delivery belongs to no installation', async () => {
    const { auth } = scriptedGitHub()
    const github = auth().forDelivery({})
    for (const use of [github.token(), github.fetch('/x'), github.identity(), github.revoke()])
      await errorWithCode('INSTALLATION_MISSING', use)
  })
})

describe('one app per organization', () => {
  const organizations = { Acme: { appId: 1, key }, globex: { appId: 2, installationId: 9, key } }

  it('uses the app of the organization that is named, whatever the letter case', () => {
    const both = createGitHubAuth({ organizations })
    expect(both.appOf('ACME').appId).toBe(1)
    expect(both.appOf('Globex').appId).toBe(2)
  })

  it('saves the lookup where the installation is configured', async () => {
    const { simulator, time, fetch, sent } = await startGitHub({
      accounts: [{ ...ACME, installation: { id: 9 } }],
    })
    const both = createGitHubAuth({
      organizations: { acme: { appId: simulator.app.id, installationId: 9, key: time.trackKey(key) } },
      baseUrl: simulator.url,
      clock: time.clock,
      fetch,
    })
    const token = await time.settle(both.installation({ owner: 'acme', repositories: ['api'] }).token())
    expect(token).toMatchObject({ installationId: 9, owner: 'acme', repositories: ['acme/api'] })
    expect(sent.map(({ method }) => method)).toEqual(['POST'])
  })

  it('never shares a token between the apps of two organizations', async () => {
    const { time, fetch, sent } = scriptedGitHub()
    const tracked = time.trackKey(key)
    const both = createGitHubAuth({
      organizations: {
        acme: { appId: 1, installationId: 7, key: tracked },
        globex: { appId: 2, installationId: 7, key: tracked },
      },
      cache: memoryCache(),
      clock: time.clock,
      fetch,
    })
    const tokens = await time.settle(
      Promise.all(['acme', 'globex'].map((owner) => both.installation({ owner }).token())),
    )
    expect(new Set(tokens.map(({ value }) => value)).size).toBe(2)
    expect(sent.filter(isMint)).toHaveLength(2)
  })

  it('says which organization has no app, in every way to name one', () => {
    const both = createGitHubAuth({ organizations })
    for (const work of [
      () => both.appOf('initech'),
      () => both.installation({ owner: 'initech' }),
      () => both.forDelivery({ installationId: 7, owner: 'initech' }),
    ]) {
      expect(thrown(work)).toMatchObject({ code: 'ORGANIZATION_UNKNOWN', status: 404 })
      expect(thrown(work).message).toContain('"initech"')
    }
  })

  it('does not find names that every object has', () => {
    const both = createGitHubAuth({ organizations: {} })
    for (const name of ['constructor', '__proto__', 'toString'])
      expect(thrown(() => both.appOf(name)).code).toBe('ORGANIZATION_UNKNOWN')
  })

  it('refuses an organization that is there twice, and a target without an owner', () => {
    const twice = { acme: { appId: 1, key }, ACME: { appId: 2, key } }
    expect(() => createGitHubAuth({ organizations: twice })).toThrow(/is there twice/)
    const both = createGitHubAuth({ organizations })
    expect(() => both.installation({ installationId: 7 })).toThrow(/name the owner/)
    expect(() => both.installation({ enterprise: 'megacorp' })).toThrow(/name the owner/)
  })

  it('says at the first use that a delivery names no installation', async () => {
    const both = createGitHubAuth({ organizations })
    await errorWithCode('INSTALLATION_MISSING', both.forDelivery({ owner: 'acme' }).token())
    await errorWithCode('INSTALLATION_MISSING', both.forDelivery({ installationId: 7 }).token())
  })
})

describe('withGitHubAuth', () => {
  it('calls the function with the authentication of the organization that is named', async () => {
    const { time, auth } = await startGitHub()
    const listRepositories = withGitHubAuth(
      auth(),
      async (organization: string, { headers, fetch }, page: number) => {
        const response = await fetch(`/installation/repositories?page=${page}`)
        return { organization, headers, body: await response.json() }
      },
    )
    const result = await time.settle(listRepositories('acme', 1))
    expect(result.organization).toBe('acme')
    expect(result.headers.authorization).toMatch(/^Bearer ghs_/)
    expect(result.body).toMatchObject({ total_count: 2 })
  })

  it('does not call the function when there is no authentication to be had', async () => {
    const { time, auth } = await startGitHub()
    let calls = 0
    const work = withGitHubAuth(auth(), () => ++calls)
    await errorWithCode('NOT_INSTALLED', time.settle(work('nobody')))
    expect(await rejection(work('not/a/name'))).toBeInstanceOf(TypeError)
    expect(calls).toBe(0)
  })

  it('passes on what the function throws', async () => {
    const { time, auth } = await startGitHub()
    const failure = new Error('no repositories')
    const work = withGitHubAuth(auth(), () => Promise.reject(failure))
    expect(await rejection(time.settle(work('acme')))).toBe(failure)
  })
})
