/** What must compile, and what must not: checked by `tsc`, run by nobody. */
import type {
  AnyHubauthError,
  Cache,
  GitHubAuth,
  GitHubInstallation,
  InstallationToken,
  KeySource,
  OrganizationsAuth,
  Token,
  TokenProvider,
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
