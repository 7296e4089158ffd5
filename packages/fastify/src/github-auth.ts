import {
  deliveryInstallation,
  type GitHubInstallation,
  type InstallationSource,
  type RequestInstallation,
  type RequestInstallationOptions,
  requestInstallation,
} from '@hubauth/core'
import type { FastifyRequest, RouteGenericInterface } from 'fastify'

declare module 'fastify' {
  interface FastifyRequest {
    /** The installation to act as; set by `githubAuth`. */
    github?: GitHubInstallation
  }
}

/** A route that declares nothing of its parameters. */
type AnyRoute = { Params: Readonly<Record<string, string | undefined>> }

/** Options of {@link githubAuth}; on a typed route, its parameters are typed here too. */
export interface GitHubAuthOptions<Route extends RouteGenericInterface = AnyRoute>
  extends RequestInstallationOptions<FastifyRequest<Route>> {}

/**
 * Puts the installation that a request is about on `request.github`: a `preHandler` hook. Nothing is fetched until it is
 * used.
 *
 * Without options, it is the installation of the delivery that `verifyGitHubWebhook` verified before. Errors go to the
 * error handler and carry a `statusCode`: 400 the request names no installation, 403 the caller may not act as it.
 *
 * @throws {TypeError} When there are options without `authorize`, or with neither or both of `owner` and `installationId`.
 */
export function githubAuth(
  auth: InstallationSource,
): (request: Pick<FastifyRequest, 'github'>) => Promise<void>
export function githubAuth<Route extends RouteGenericInterface = AnyRoute>(
  auth: InstallationSource,
  options: GitHubAuthOptions<Route>,
): (request: FastifyRequest<Route>) => Promise<void>
export function githubAuth(auth: InstallationSource, options?: GitHubAuthOptions) {
  const find: RequestInstallation<FastifyRequest<AnyRoute>> =
    options === undefined
      ? deliveryInstallation(auth, ({ githubWebhook }) => githubWebhook)
      : requestInstallation(auth, options)
  return async (request: FastifyRequest<AnyRoute>) => {
    request.github = await find(request)
  }
}
