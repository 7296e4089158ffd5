import {
  type GitHubInstallation,
  type InstallationSource,
  type Permissions,
  requestInstallation,
} from '@hubauth/core'
import type { ExecutionContext } from '@nestjs/common'
import { authorizeOf } from './github-auth-options.ts'
import { DEFAULT_APP, githubAuthToken, githubOptionsToken } from './github-auth-tokens.ts'
import { githubParameter, type ParameterCall } from './github-parameter.ts'
import { type InstallationSpec, targetOf } from './installation-spec.ts'
import { requireDelivery } from './verified-delivery.ts'

/** Options of `@GitHubAuth()` and `@GitHubToken()`. */
export interface GitHubAuthParameterOptions {
  /** Name of the app, where there are several. Default the one without a name, or the one that the delivery is for. */
  readonly app?: string | undefined
  /** Names of the repositories, without the owner, to limit the token to. Default all that the installation reaches. */
  readonly repositories?:
    | readonly string[]
    | ((context: ExecutionContext) => readonly string[] | Promise<readonly string[]>)
    | undefined
  /** The permissions to limit the token to. Default all that the installation was granted. */
  readonly permissions?: Permissions | undefined
}

/**
 * Injects a `GitHubInstallation` to act as; nothing is fetched before it is used.
 *
 * Without a spec it is the installation of the verified delivery: in a route behind `GitHubWebhookGuard`, or in an
 * `@OnGitHubEvent` handler. With a spec, which comes from the request, the module's `authorize` is asked. Over HTTP,
 * errors are an `HttpException`: 400 the request names no installation, 403 the caller may not act as it; elsewhere the
 * `HubauthError` itself.
 *
 * @param spec Which installation; see {@link InstallationSpec}.
 */
export function GitHubAuth(
  spec?: InstallationSpec,
  options: GitHubAuthParameterOptions = {},
): ParameterDecorator {
  return installationParameter(spec, (installation) => installation, options)
}

/**
 * Injects an `InstallationToken`, minted or from the cache. It is valid for at least a minute and is not renewed: what
 * runs for longer takes {@link GitHubAuth}, whose parameters and errors are the same.
 */
export function GitHubToken(
  spec?: InstallationSpec,
  options: GitHubAuthParameterOptions = {},
): ParameterDecorator {
  return installationParameter(spec, (installation) => installation.token(), options)
}

function installationParameter(
  spec: InstallationSpec | undefined,
  take: (installation: GitHubInstallation) => unknown,
  options: GitHubAuthParameterOptions,
): ParameterDecorator {
  const { app } = options
  if (spec === undefined)
    return githubParameter({ app, read: async (call) => take(await deliveredInstallation(call, options)) })
  return githubParameter({
    // A delivery knows its app; a request does not.
    app: app ?? DEFAULT_APP,
    isFromRequest: true,
    read: async (call) => take(await namedInstallation(call, { ...options, spec })),
  })
}

function namedInstallation(
  { context, get }: ParameterCall,
  { spec, app, repositories, permissions }: GitHubAuthParameterOptions & { readonly spec: InstallationSpec },
): Promise<GitHubInstallation> {
  return requestInstallation(get<InstallationSource>(githubAuthToken(app)), {
    ...targetOf(spec),
    repositories: typeof repositories === 'object' ? () => repositories : repositories,
    permissions,
    authorize: authorizeOf(get(githubOptionsToken(app))),
  })(context)
}

/** The signature of a delivery says who may act: GitHub, about this installation. */
async function deliveredInstallation(
  { context, get }: ParameterCall,
  { repositories, permissions, ...options }: GitHubAuthParameterOptions,
): Promise<GitHubInstallation> {
  const { delivery, app } = requireDelivery(context, options.app)
  const auth = get<InstallationSource>(githubAuthToken(app))
  const { installationId, owner } = delivery
  const isLimited = repositories !== undefined || permissions !== undefined
  if (installationId === undefined || !isLimited) return auth.forDelivery(delivery)
  // An empty list is refused, where no list would mean all repositories.
  const names = typeof repositories === 'function' ? ((await repositories(context)) ?? []) : repositories
  return auth.installation({ installationId, owner, repositories: names, permissions })
}
