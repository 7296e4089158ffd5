import {
  deliveryInstallation,
  type InstallationSource,
  type RequestInstallation,
  type RequestInstallationOptions,
  requestInstallation,
} from '@hubauth/core'
import type { Context, Env, MiddlewareHandler } from 'hono'
import type { GitHubVariables } from './github-variables.ts'
import { refusal } from './refusal.ts'

/** Options of {@link githubAuth}. */
export interface GitHubAuthOptions<E extends Env = Env> extends RequestInstallationOptions<Context<E>> {}

/**
 * Puts the installation that a request is about on `c.var.github`. Nothing is fetched until it is used.
 *
 * Without options, it is the installation of the delivery that `verifyGitHubWebhook` verified before. Refusals are thrown
 * as an `HTTPException` whose `cause` is the `HubauthError`: 400 the request names no installation, 403 the caller may not
 * act as it.
 *
 * @throws {TypeError} When there are options without `authorize`, or with neither or both of `owner` and `installationId`.
 */
export function githubAuth<E extends Env = Env>(
  auth: InstallationSource,
  options?: GitHubAuthOptions<E>,
): MiddlewareHandler<E & { Variables: Pick<GitHubVariables, 'github'> }> {
  const find: RequestInstallation<Context> =
    options === undefined
      ? deliveryInstallation(auth, (c) => c.var.githubWebhook)
      : requestInstallation(auth, options)
  return async (c, next) => {
    try {
      c.set('github', await find(c))
    } catch (error) {
      throw refusal(error)
    }
    return next()
  }
}
