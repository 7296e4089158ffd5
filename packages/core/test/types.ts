/** What must compile, and what must not: checked by `tsc`, run by nobody. */
import type {
  AnyHubauthError,
  Cache,
  Delivery,
  DeliveryOf,
  EventPayload,
  GitHubAuth,
  GitHubInstallation,
  InstallationToken,
  KeySource,
  OrganizationsAuth,
  Token,
  TokenProvider,
  WebhookEnterprise,
  WebhookPayload,
  WebhookReceiver,
  WebhookUser,
} from '../src/index.ts'
import {
  createGitHubAuth,
  createWebhookReceiver,
  HubauthError,
  sealedCache,
  withGitHubAuth,
} from '../src/index.ts'

declare const key: KeySource
declare const cache: Cache
declare const error: AnyHubauthError
declare const auth: GitHubAuth
declare const token: InstallationToken

export const one: GitHubAuth = createGitHubAuth({ appId: 1, key, cache: sealedCache(cache, 'secret') })
export const several: OrganizationsAuth = createGitHubAuth({ organizations: { acme: { appId: 1, key } } })
// @ts-expect-error A cache must say how it protects tokens.
export const unprotected = createGitHubAuth({ appId: 1, key, cache })
// @ts-expect-error One app or several, not neither.
export const neither = createGitHubAuth({ key })

auth.installation({ owner: 'acme', repositories: ['api'], permissions: { issues: 'write' } })
auth.installation({ enterprise: 'megacorp' })
auth.installation({ installationId: 7 })
// @ts-expect-error An account or an enterprise, not both.
auth.installation({ owner: 'acme', enterprise: 'megacorp' })
// @ts-expect-error A repository alone does not say whose it is.
auth.installation({ repository: 'api' })
// @ts-expect-error Levels are read, write and admin.
auth.installation({ owner: 'acme', permissions: { issues: 'maintain' } })
// @ts-expect-error Names are texts, ids have a list of their own.
auth.installation({ owner: 'acme', repositories: [1] })

// @ts-expect-error A token cannot be changed.
token.expiresAt = 0
// @ts-expect-error Nor what it grants.
token.permissions.issues = 'admin'

export const wide: TokenProvider<Token> = auth.installation({ owner: 'acme' }).tokens
// @ts-expect-error The JWT of an app is no installation token.
export const narrow: TokenProvider<InstallationToken> = { getToken: (options) => auth.app.token(options) }

if (error.code === 'THROTTLED') {
  const retryAt: number = error.details.retryAt
  new HubauthError('THROTTLED', 'Wait.', { details: { retryAt } })
  // @ts-expect-error Only the details of that code are there.
  void error.details.installUrl
}
// @ts-expect-error The set of codes is closed.
new HubauthError('NO_SUCH_CODE', 'What?')
// @ts-expect-error This code has details that users act on.
new HubauthError('CLOCK_SKEW', 'Late.')

createWebhookReceiver({ secrets: 'secret', auth }).on(
  'issues.opened',
  (delivery, github: GitHubInstallation) => {
    const action: string | undefined = delivery.payload.action
    // @ts-expect-error The payload of an event is not known without its type.
    const title: string = delivery.payload.issue.title
    return [github, action, title]
  },
)
createWebhookReceiver({ secrets: 'secret' }).on<{ issue: { title: string } }>(
  'issues',
  ({ payload }, github) => {
    const title: string = payload.issue.title
    const nothing: undefined = github
    return [title, nothing]
  },
)
// @ts-expect-error A receiver without a secret would accept everything.
createWebhookReceiver({})

const titles = withGitHubAuth(
  auth,
  async (_: string, { fetch }, state: 'open' | 'closed') => (await fetch(`/issues?state=${state}`)).status,
)
export const status: Promise<number> = titles('acme', 'open')
// @ts-expect-error The remaining arguments keep their types.
titles('acme', 'merged')

declare module '../src/index.ts' {
  interface WebhookEvents {
    readonly 'test.happened': { readonly action: 'happened'; readonly test: number }
  }
}
createWebhookReceiver({ secrets: 'secret', auth })
  .on('test.happened', ({ payload }, github: GitHubInstallation) => [payload.test.toFixed(), github.fetch])
  // @ts-expect-error The payload is narrowed: it has no such member.
  .on('test.happened', ({ payload }) => payload.other)
  .on('unknown.event', ({ payload }) => payload.anything)
  .on<{ readonly mine: string }>('unknown.event', ({ payload }) => payload.mine.length)
  .on('*', ({ payload }) => payload.sender?.login)

createWebhookReceiver({ secrets: 'secret' })
  .on('installation.created', ({ payload }) => {
    const action: 'created' = payload.action
    const account: WebhookUser | WebhookEnterprise | null = payload.installation.account
    const names = payload.repositories?.map(({ full_name }) => full_name)
    const requester: string | undefined = payload.requester?.login
    if (account !== null) return 'login' in account ? account.login : account.slug
    // @ts-expect-error Nobody may have asked for it.
    void payload.requester.login
    // @ts-expect-error A typo does not compile: there is no index signature.
    void payload.instalation
    // @ts-expect-error A payload cannot be changed.
    payload.installation.suspended_at = null
    return [action, names, requester]
  })
  .on('installation', ({ payload }) => {
    switch (payload.action) {
      case 'created':
        return payload.requester?.login
      case 'suspend':
        return payload.installation.suspended_by?.login
      case 'deleted':
      case 'unsuspend':
      case 'new_permissions_accepted':
        // @ts-expect-error Only an installation that was created has a requester.
        return payload.requester
      default:
        return payload satisfies never
    }
  })
  .on('installation_repositories', ({ payload }) => {
    // @ts-expect-error Not every action says what these repositories are.
    const id: number | undefined = payload.repositories_removed[0]?.id.valueOf()
    if (payload.action === 'removed') return payload.repositories_removed.map((removed) => removed.full_name)
    return [payload.repositories_added.map((added) => added.full_name), payload.requester?.login, id]
  })
  .on('installation_target.renamed', ({ payload }) => [payload.changes.login?.from, payload.account.login])
  .on('github_app_authorization', ({ payload }) => [payload.action satisfies 'revoked', payload.sender.id])
  .on('ping', ({ payload }) => [payload.zen, payload.hook?.app_id, payload.sender?.login])
  // @ts-expect-error A ping has no action.
  .on('ping', ({ payload }) => payload.action)

// Handlers that live elsewhere name their delivery, and a list of names is handled by one.
const onInstalled = async ({ payload }: DeliveryOf<'installation.created'>) => payload.installation.app_slug
const onAny = (delivery: Delivery) => delivery.payload.repository?.full_name
const actFor = (delivery: DeliveryOf<'installation.created'>) => auth.forDelivery(delivery)
export const receiver: WebhookReceiver = createWebhookReceiver({ secrets: 'secret' })
  .on('installation.created', onInstalled)
  .on('installation.created', onAny)
  .on('installation.created', actFor)
for (const name of ['installation.suspend', 'installation.unsuspend'] as const)
  receiver.on(name, ({ payload }) => payload.action satisfies 'suspend' | 'unsuspend')
for (const name of ['issues.opened', 'push'])
  receiver.on(name, ({ payload }) => payload satisfies WebhookPayload)

export const unknown: WebhookPayload = {} as EventPayload<'unknown.event'>
export const oneOf: EventPayload<'ping' | 'test.happened'> = { action: 'happened', test: 1 }
// @ts-expect-error The members of an event that was declared are checked.
export const wrong: EventPayload<'test.happened'> = { action: 'happened', test: '1' }
