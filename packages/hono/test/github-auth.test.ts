import {
  createGitHubAuth,
  createWebhookReceiver,
  type InstallationSource,
  type InstallationTarget,
  pemKey,
} from '@hubauth/core'
import { rsaKey, signedDelivery } from '@hubauth/testing'
import { type Context, Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { afterEach, describe, expect, it, vi } from 'vitest'
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

const codeOf = async (response: Response) =>
  ((await response.json()) as { error: { code: string } }).error.code

const hasHandle = async (c: Context) => c.json({ hasHandle: typeof c.get('github')?.fetch === 'function' })

afterEach(() => void vi.restoreAllMocks())

describe('githubAuth', () => {
  /** An application whose caller is named by a header, as a session would name it. */
  function startWith(options: Partial<GitHubAuthOptions>, source = watchedAuth()) {
    const app = new Hono()
    const acting = githubAuth(source.source, {
      owner: (c) => c.req.param('org'),
      authorize: (c, { owner }) => owner === c.req.header('x-member-of'),
      ...options,
    })
    app.get('/orgs/:org/:repo', acting, hasHandle)
    const get = (url: string, headers = {}) => app.request(url, { headers })
    return { app, get, targets: source.targets }
  }

  const member = { 'x-member-of': 'acme' }

  it('puts the installation on the request when the caller may act as it', async () => {
    const { get, targets } = startWith({})
    const response = await get('/orgs/acme/api', member)
    expect([response.status, await response.json()]).toEqual([200, { hasHandle: true }])
    expect(targets).toEqual([{ owner: 'acme' }])
  })

  it('limits the token as asked, and shows authorize all of it', async () => {
    const seen: InstallationTarget[] = []
    const { get, targets } = startWith({
      repositories: async (c) => [c.req.param('repo')],
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
    const { get, targets } = startWith({ authorize })
    const response = await get('/orgs/acme/api')
    expect([response.status, await codeOf(response)]).toEqual([403, 'CALLER_NOT_AUTHORIZED'])
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
      expect((await get('/orgs/acme/api')).status).toBe(403)
      expect(targets).toEqual([])
    },
  )

  it('hands on what authorize throws', async () => {
    const unauthenticated = new HTTPException(401, { message: 'Log in first.' })
    const { get } = startWith({ authorize: () => Promise.reject(unauthenticated) })
    const response = await get('/orgs/acme/api')
    expect([response.status, await response.text()]).toEqual([401, 'Log in first.'])
  })

  it('shows callers nothing of what broke, and leaves it to Hono to print', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { get } = startWith({ authorize: () => Promise.reject(new Error('no database')) })
    const response = await get('/orgs/acme/api')
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(printed).toHaveBeenCalledWith(expect.objectContaining({ message: 'no database' }))
  })

  it("throws refusals as Hono's own exception, with what it is about as their cause", async () => {
    const { app, get } = startWith({ authorize: () => false })
    const errors: unknown[] = []
    app.onError((error, c) => {
      errors.push(error)
      return c.text('refused', 418)
    })
    expect((await get('/orgs/acme/api')).status).toBe(418)
    expect(errors).toMatchObject([{ status: 403, cause: { code: 'CALLER_NOT_AUTHORIZED' } }])
    expect(errors[0]).toBeInstanceOf(HTTPException)
  })

  it.each<[string, Partial<GitHubAuthOptions>]>([
    ['no owner', { owner: () => undefined }],
    ['an empty owner', { owner: () => '' }],
    ['several owners', { owner: () => ['acme', 'globex'] }],
    ['a path for an owner', { owner: () => 'acme/../../app' }],
    ['a promise of no owner', { owner: async () => undefined }],
    [
      'no number for an installation',
      { owner: undefined, installationId: (c) => Number(c.req.param('org')) },
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
    expect([response.status, await codeOf(response)]).toEqual([400, 'INSTALLATION_MISSING'])
    expect(isAsked).toBe(false)
  })

  it('answers 404 for an organization that has no app', async () => {
    const auth = createGitHubAuth({ organizations: { acme: { appId: 1, key } }, fetch: noFetch })
    const { get } = startWith({ authorize: () => true }, watchedAuth(auth))
    expect((await get('/orgs/acme/api')).status).toBe(200)
    const unknown = await get('/orgs/globex/api')
    expect([unknown.status, await codeOf(unknown)]).toEqual([404, 'ORGANIZATION_UNKNOWN'])
  })

  it('acts as the installation of the verified delivery without being asked who', async () => {
    const { source, targets } = watchedAuth()
    const receiver = createWebhookReceiver({ secrets: 'the secret' })
    const app = new Hono().post('/hooks', verifyGitHubWebhook(receiver), githubAuth(source), hasHandle)
    const response = await app.request('/hooks', signedDelivery({ secret: 'the secret' }))
    expect(await response.json()).toEqual({ hasHandle: true })
    expect(targets).toEqual([{ installationId: 1, owner: 'acme' }])
  })

  it('refuses to take the installation from a delivery that nobody verified', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { source, targets } = watchedAuth()
    const app = new Hono().post('/hooks', githubAuth(source), hasHandle)
    const response = await app.request('/hooks', signedDelivery({ secret: 'the secret' }))
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(printed).toHaveBeenCalledWith(expect.objectContaining({ code: 'WEBHOOK_UNVERIFIED' }))
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
