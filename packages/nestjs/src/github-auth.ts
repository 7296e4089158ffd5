import {
  type GitHubInstallation,
  type InstallationSource,
  type Permissions,
  requestInstallation,
} from '@hubauth/core'
import type { ExecutionContext } from '@nestjs/common'
import { authorizeOf, type GitHubAuthModuleOptions } from './github-auth-options.ts'
import { DEFAULT_APP, githubAuthToken, githubOptionsToken } from './github-auth-tokens.ts'
import { githubParameter, type ParameterCall } from './github-parameter.ts'
import { type InstallationSpec, readSpec } from './installation-spec.ts'
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
  return installationParameter({ decorator: '@GitHubAuth()', spec, options }, (installation) => installation)
}

/**
 * Injects an `InstallationToken`, minted or from the cache. It is valid for at least a minute and is not renewed: what
 * runs for longer takes {@link GitHubAuth}, whose parameters and errors are the same.
 */
export function GitHubToken(
  spec?: InstallationSpec,
  options: GitHubAuthParameterOptions = {},
): ParameterDecorator {
  return installationParameter({ decorator: '@GitHubToken()', spec, options }, (installation) =>
    installation.token(),
  )
}

interface InstallationParameter {
  readonly decorator: string
  readonly spec: InstallationSpec | undefined
  readonly options: GitHubAuthParameterOptions
}

function installationParameter(
  { decorator, spec, options }: InstallationParameter,
  take: (installation: GitHubInstallation) => unknown,
): ParameterDecorator {
  const isFromRequest = spec !== undefined
  return githubParameter({
    decorator,
    // A delivery knows its app; a request does not.
    app: isFromRequest ? (options.app ?? DEFAULT_APP) : options.app,
    isFromRequest,
    read: async (call) =>
      take(
        await (isFromRequest ? namedInstallation(call, spec, options) : deliveredInstallation(call, options)),
      ),
  })
}

async function namedInstallation(
  { context, moduleRef }: ParameterCall,
  spec: InstallationSpec,
  { app = DEFAULT_APP, permissions, ...options }: GitHubAuthParameterOptions,
): Promise<GitHubInstallation> {
  const auth = moduleRef.get<InstallationSource>(githubAuthToken(app), { strict: false })
  const settings = moduleRef.get<GitHubAuthModuleOptions>(githubOptionsToken(app), { strict: false })
  const authorize = authorizeOf(settings, `${context.getClass().name}.${context.getHandler().name}`)
  const named = await readSpec(spec, context)
  const repositories = await namesOf(options, context)
  return requestInstallation<ExecutionContext>(auth, {
    ...('id' in named ? { installationId: () => named.id } : { owner: () => named.login }),
    repositories: repositories && (() => repositories),
    permissions,
    authorize,
  })(context)
}

/** The signature of a delivery says who may act: GitHub, about this installation. */
async function deliveredInstallation(
  { context, moduleRef }: ParameterCall,
  { app, permissions, ...options }: GitHubAuthParameterOptions,
): Promise<GitHubInstallation> {
  const { delivery, app: verifiedBy } = requireDelivery(context, app)
  const auth = moduleRef.get<InstallationSource>(githubAuthToken(verifiedBy), { strict: false })
  const repositories = await namesOf(options, context)
  const { installationId, owner } = delivery
  const isLimited = repositories !== undefined || permissions !== undefined
  if (installationId === undefined || !isLimited) return auth.forDelivery(delivery)
  return auth.installation({ installationId, owner, repositories, permissions })
}

function namesOf({ repositories }: GitHubAuthParameterOptions, context: ExecutionContext) {
  return typeof repositories === 'function' ? repositories(context) : repositories
}
