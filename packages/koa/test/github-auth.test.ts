import {
  createGitHubAuth,
  createWebhookReceiver,
  type InstallationSource,
  type InstallationTarget,
  pemKey,
} from '@hubauth/core'
import { rsaKey, signedDelivery } from '@hubauth/testing'
import Router from '@koa/router'
import koa3, { type Context } from 'koa'
import bodyParser from 'koa-bodyparser'
import koa2 from 'koa2'
import { describe, expect, it } from 'vitest'
import { type GitHubAuthOptions, type GitHubState, githubAuth, verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors } from './app.ts'
import { listen } from './listen.ts'

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

describe.each([
  ['koa 3', koa3],
  ['koa 2', koa2],
])('githubAuth in %s', (_, Koa) => {
  async function start(build: (router: Router<GitHubState>) => void) {
    const app = new Koa<GitHubState>()
    const router = new Router<GitHubState>()
    build(router)
    app.use(router.routes())
    const errors = keepErrors(app)
    const { url, close } = await listen(app.callback())
    return { get: (path: string, init?: RequestInit) => fetch(url + path, init), close, errors }
  }

  /** An application whose caller is named by a header, as a session would name it. */
  async function startWith(options: Partial<GitHubAuthOptions>, source = watchedAuth()) {
    const authorize = (ctx: Context, target: InstallationTarget) => target.owner === ctx.get('x-member-of')
    const full: GitHubAuthOptions = { owner: (ctx) => ctx.params.org, authorize, ...options }
    const server = await start((router) => {
      router.get('/orgs/:org/:repo', githubAuth(source.source, full), (ctx) => {
        ctx.body = { hasHandle: typeof ctx.state.github?.fetch === 'function' }
      })
    })
    return { ...server, targets: source.targets }
  }

  const member = { headers: { 'x-member-of': 'acme' } }

  it('puts the installation on the state when the caller may act as it', async () => {
    const { get, close, targets } = await startWith({})
    const response = await get('/orgs/acme/api', member)
    expect([response.status, await response.json()]).toEqual([200, { hasHandle: true }])
    expect(targets).toEqual([{ owner: 'acme' }])
    await close()
  })

  it('limits the token as asked, and shows authorize all of it', async () => {
    const seen: InstallationTarget[] = []
    const { get, close, targets } = await startWith({
      repositories: async (ctx) => [ctx.params.repo],
      permissions: { issues: 'write' },
      authorize: async (_, target) => seen.push(target) > 0,
    })
    await get('/orgs/acme/api')
    const target = { owner: 'acme', repositories: ['api'], permissions: { issues: 'write' } }
    expect([seen, targets]).toEqual([[target], [target]])
    await close()
  })

  it('takes an installation by its id', async () => {
    const { get, targets, close } = await startWith({
      installationId: async () => 9,
      authorize: () => true,
      owner: undefined,
    })
    await get('/orgs/acme/api')
    expect(targets).toEqual([{ installationId: 9 }])
    await close()
  })

  it.each<[string, GitHubAuthOptions['authorize']]>([
    ['false', () => false],
    ['a promise of false', async () => false],
    ['nothing', () => undefined as never],
    ['something that is only truthy', () => 'yes' as never],
  ])('answers 403 when authorize says %s', async (_, authorize) => {
    const { get, close, errors, targets } = await startWith({ authorize })
    expect((await get('/orgs/acme/api')).status).toBe(403)
    expect(errors).toMatchObject([{ name: 'HubauthError', code: 'CALLER_NOT_AUTHORIZED', status: 403 }])
    expect(targets).toEqual([])
    await close()
  })

  it.each([undefined, null, 'route', 0])('is not passed when authorize throws %j', async (reason) => {
    const { get, close, errors, targets } = await startWith({
      authorize: () => {
        throw reason
      },
    })
    expect((await get('/orgs/acme/api')).status).toBe(403)
    expect(errors).toMatchObject([{ code: 'CALLER_NOT_AUTHORIZED' }])
    expect(targets).toEqual([])
    await close()
  })

  it('throws what authorize throws', async () => {
    const { get, close, errors } = await startWith({
      authorize: (ctx) => ctx.throw(402, 'no seat'),
    })
    const response = await get('/orgs/acme/api')
    expect([response.status, await response.text()]).toEqual([402, 'no seat'])
    expect(errors).toMatchObject([{ message: 'no seat' }])
    await close()
  })

  it.each<[string, Partial<GitHubAuthOptions>]>([
    ['no owner', { owner: () => undefined }],
    ['an empty owner', { owner: () => '' }],
    ['several owners', { owner: (ctx) => ctx.query.org }],
    ['a path for an owner', { owner: () => 'acme/../../app' }],
    ['dots for an owner', { owner: () => '..' }],
    ['a promise of no owner', { owner: async () => undefined }],
    ['no number for an installation', { owner: undefined, installationId: (ctx) => Number(ctx.params.org) }],
    ['a path for a repository', { repositories: () => ['../secret'] }],
  ])('answers 400 to a request that gives %s, and does not ask authorize', async (_, options) => {
    let isAsked = false
    const authorize = () => {
      isAsked = true
      return true
    }
    const { get, close, errors } = await startWith({ ...options, authorize })
    expect((await get('/orgs/acme/api?org=acme&org=globex')).status).toBe(400)
    expect(errors).toMatchObject([{ code: 'INSTALLATION_MISSING' }])
    expect(isAsked).toBe(false)
    await close()
  })

  it('answers 404 for an organization that has no app', async () => {
    const auth = createGitHubAuth({ organizations: { acme: { appId: 1, key } }, fetch: noFetch })
    const { get, close, errors } = await startWith({ authorize: () => true }, watchedAuth(auth))
    expect((await get('/orgs/acme/api')).status).toBe(200)
    expect((await get('/orgs/globex/api')).status).toBe(404)
    expect(errors).toMatchObject([{ code: 'ORGANIZATION_UNKNOWN' }])
    await close()
  })

  it('does not take an error of what comes after it for its own', async () => {
    const { get, close, errors } = await start((router) => {
      const acting = githubAuth(watchedAuth().source, { owner: () => 'acme', authorize: () => true })
      router.get('/', acting, () => Promise.reject('not an error'))
    })
    expect((await get('/')).status).toBe(500)
    expect(errors).toMatchObject([{ message: 'non-error thrown: "not an error"' }])
    await close()
  })

  it('acts as the installation of the verified delivery without being asked who', async () => {
    const { source, targets } = watchedAuth()
    const receiver = createWebhookReceiver({ secrets: 'the secret' })
    const { get, close } = await start((router) => {
      router.post('/hooks', verifyGitHubWebhook(receiver), githubAuth(source), (ctx) => {
        ctx.body = { hasHandle: typeof ctx.state.github?.fetch === 'function' }
      })
    })
    const response = await get('/hooks', signedDelivery({ secret: 'the secret' }))
    expect(await response.json()).toEqual({ hasHandle: true })
    expect(targets).toEqual([{ installationId: 1, owner: 'acme' }])
    await close()
  })

  it('refuses to take the installation from a delivery that nobody verified', async () => {
    const { source, targets } = watchedAuth()
    const { get, close, errors } = await start((router) => {
      router.post('/hooks', bodyParser(), githubAuth(source), (ctx) => {
        ctx.body = 'not reached'
      })
    })
    expect((await get('/hooks', signedDelivery({ secret: 'the secret' }))).status).toBe(500)
    expect(errors).toMatchObject([{ code: 'WEBHOOK_UNVERIFIED' }])
    expect(targets).toEqual([])
    await close()
  })
})

describe('githubAuth', () => {
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
