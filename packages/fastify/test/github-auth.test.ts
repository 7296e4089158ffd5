import {
  createGitHubAuth,
  createWebhookReceiver,
  type InstallationSource,
  type InstallationTarget,
  pemKey,
} from '@hubauth/core'
import { rsaKey, signedDelivery } from '@hubauth/testing'
import fastify, { type FastifyRequest } from 'fastify'
import { describe, expect, it } from 'vitest'
import { type GitHubAuthOptions, githubAuth, verifyGitHubWebhook } from '../src/index.ts'

const key = pemKey(rsaKey().pkcs1)
const noFetch = () => Promise.reject(new Error('nothing is fetched before the installation is used'))

/** The real thing, which also tells what it was asked for. */
function watchedAuth(auth: InstallationSource = createGitHubAuth({ appId: 1, key, fetch: noFetch })) {
  const targets: unknown[] = []
  const source: InstallationSource = {
    installation(target) {
      targets.push(target)
      return auth.installation(target)
    },
    forDelivery(delivery) {
      targets.push({ installationId: delivery.installationId, owner: delivery.owner })
      return auth.forDelivery(delivery)
    },
  }
  return { source, targets }
}

interface Route {
  Params: Record<string, string>
}

const hasHandle = async ({ github }: FastifyRequest) => ({ hasHandle: typeof github?.fetch === 'function' })

describe('githubAuth', () => {
  /** An application whose caller is named by a header, as a session would name it. */
  function startWith(options: Partial<GitHubAuthOptions<Route>>, source = watchedAuth()) {
    const app = fastify()
    const preHandler = githubAuth<Route>(source.source, {
      owner: (request) => request.params.org,
      authorize: (request, { owner }) => owner === request.headers['x-member-of'],
      ...options,
    })
    app.get<Route>('/orgs/:org/:repo', { preHandler }, hasHandle)
    const get = (url: string, headers = {}) => app.inject({ url, headers })
    return { get, targets: source.targets }
  }

  const member = { 'x-member-of': 'acme' }

  it('puts the installation on the request when the caller may act as it', async () => {
    const { get, targets } = startWith({})
    const response = await get('/orgs/acme/api', member)
    expect([response.statusCode, response.json()]).toEqual([200, { hasHandle: true }])
    expect(targets).toEqual([{ owner: 'acme' }])
  })

  it('limits the token as asked, and shows authorize all of it', async () => {
    const seen: InstallationTarget[] = []
    const { get, targets } = startWith({
      repositories: async (request) => [request.params.repo],
      permissions: { issues: 'write' },
      authorize: async (_, target) => seen.push(target) > 0,
    })
    await get('/orgs/acme/api')
    const target = { owner: 'acme', repositories: ['api'], permissions: { issues: 'write' } }
    expect([seen, targets]).toEqual([[target], [target]])
  })

  it('takes an installation by its id', async () => {
    const { get, targets } = startWith({
      installationId: async () => 9,
      authorize: () => true,
      owner: undefined,
    })
    await get('/orgs/acme/api')
    expect(targets).toEqual([{ installationId: 9 }])
  })

  it.each<[string, GitHubAuthOptions['authorize']]>([
    ['false', () => false],
    ['a promise of false', async () => false],
    ['nothing', () => undefined as never],
    ['something that is only truthy', () => 'yes' as never],
  ])('answers 403 when authorize says %s', async (_, authorize) => {
    const { get, targets } = startWith({ authorize: (_request, target) => authorize({} as never, target) })
    const response = await get('/orgs/acme/api')
    expect([response.statusCode, response.json().code]).toEqual([403, 'CALLER_NOT_AUTHORIZED'])
    expect(targets).toEqual([])
  })

  it.each([undefined, null, '', 'route', 0, false])(
    'is not passed when authorize throws %j',
    async (reason) => {
      const { get, targets } = startWith({
        authorize: () => {
          throw reason
        },
      })
      expect((await get('/orgs/acme/api')).statusCode).toBe(403)
      expect(targets).toEqual([])
    },
  )

  it('hands on what authorize throws', async () => {
    const { get } = startWith({ authorize: () => Promise.reject(new Error('no database')) })
    const response = await get('/orgs/acme/api')
    expect([response.statusCode, response.json().message]).toEqual([500, 'no database'])
  })

  it.each<[string, Partial<GitHubAuthOptions<Route>>]>([
    ['no owner', { owner: () => undefined }],
    ['an empty owner', { owner: () => '' }],
    ['several owners', { owner: () => ['acme', 'globex'] }],
    ['a path for an owner', { owner: () => 'acme/../../app' }],
    ['a promise of no owner', { owner: async () => undefined }],
    [
      'no number for an installation',
      { owner: undefined, installationId: (request) => Number(request.params.org) },
    ],
    ['a path for a repository', { repositories: () => ['../secret'] }],
  ])('answers 400 to a request that gives %s, and does not ask authorize', async (_, options) => {
    let isAsked = false
    const authorize = () => {
      isAsked = true
      return true
    }
    const { get } = startWith({ ...options, authorize })
    const response = await get('/orgs/acme/api')
    expect([response.statusCode, response.json().code]).toEqual([400, 'INSTALLATION_MISSING'])
    expect(isAsked).toBe(false)
  })

  it('answers 404 for an organization that has no app', async () => {
    const auth = createGitHubAuth({ organizations: { acme: { appId: 1, key } }, fetch: noFetch })
    const { get } = startWith({ authorize: () => true }, watchedAuth(auth))
    expect((await get('/orgs/acme/api')).statusCode).toBe(200)
    const unknown = await get('/orgs/globex/api')
    expect([unknown.statusCode, unknown.json().code]).toEqual([404, 'ORGANIZATION_UNKNOWN'])
  })

  it('acts as the installation of the verified delivery without being asked who', async () => {
    const { source, targets } = watchedAuth()
    const receiver = createWebhookReceiver({ secrets: 'the secret' })
    const app = fastify()
    const hooks = { preParsing: verifyGitHubWebhook(receiver), preHandler: githubAuth(source) }
    app.post('/hooks', hooks, hasHandle)
    const { headers, body } = signedDelivery({ secret: 'the secret' })
    const response = await app.inject({ method: 'POST', url: '/hooks', headers, body: Buffer.from(body) })
    expect(response.json()).toEqual({ hasHandle: true })
    expect(targets).toEqual([{ installationId: 1, owner: 'acme' }])
  })

  it('refuses to take the installation from a delivery that nobody verified', async () => {
    const { source, targets } = watchedAuth()
    const app = fastify()
    app.post('/hooks', { preHandler: githubAuth(source) }, hasHandle)
    const { headers, body } = signedDelivery({ secret: 'the secret' })
    const response = await app.inject({ method: 'POST', url: '/hooks', headers, body: Buffer.from(body) })
    expect([response.statusCode, response.json().code]).toEqual([500, 'WEBHOOK_UNVERIFIED'])
    expect(targets).toEqual([])
  })

  it('is not built without authorize, or without a way to tell which installation', () => {
    const { source } = watchedAuth()
    const owner = () => 'acme'
    expect(() => githubAuth(source, { owner } as never)).toThrow(
      new TypeError('githubAuth(): expected authorize, which says who may act as which installation.'),
    )
    const which = /expected either owner or installationId/
    expect(() => githubAuth(source, { authorize: () => true })).toThrow(which)
    // authorize could look at the one, and the token be for the other.
    const both = { owner, installationId: () => 9, authorize: () => true }
    expect(() => githubAuth(source, both)).toThrow(which)
  })
})
