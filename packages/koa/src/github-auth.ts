import {
  deliveryInstallation,
  type InstallationSource,
  type RequestInstallation,
  type RequestInstallationOptions,
  requestInstallation,
} from '@hubauth/core'
import type { DefaultContext, DefaultState, Middleware, ParameterizedContext } from 'koa'
import type { GitHubState } from './github-state.ts'

/** Options of {@link githubAuth}; the type parameters are those of `Koa` and `Router`. */
export interface GitHubAuthOptions<StateT = DefaultState, ContextT = DefaultContext>
  extends RequestInstallationOptions<ParameterizedContext<StateT & GitHubState, ContextT>> {}

/**
 * Puts the installation that a request is about on `ctx.state.github`. Nothing is fetched until it is used.
 *
 * Without options, it is the installation of the delivery that `verifyGitHubWebhook` verified before. Errors are
 * thrown and carry a `status`: 400 the request names no installation, 403 the caller may not act as it.
 *
 * @throws {TypeError} When there are options without `authorize`, or with neither or both of `owner` and `installationId`.
 */
export function githubAuth<StateT = DefaultState, ContextT = DefaultContext>(
  auth: InstallationSource,
  options?: GitHubAuthOptions<StateT, ContextT>,
): Middleware<StateT & GitHubState, ContextT> {
  const find: RequestInstallation<ParameterizedContext<StateT & GitHubState, ContextT>> =
    options === undefined
      ? deliveryInstallation(auth, ({ state }) => state.githubWebhook)
      : requestInstallation(auth, options)
  return async (ctx, next) => {
    ctx.state.github = await find(ctx)
    return next()
  }
}
