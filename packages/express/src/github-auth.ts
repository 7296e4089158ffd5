import {
  deliveryInstallation,
  type GitHubInstallation,
  type InstallationSource,
  type RequestInstallation,
  type RequestInstallationOptions,
  requestInstallation,
} from '@hubauth/core'
import type { Request, RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Request {
      /** The installation to act as; set by `githubAuth`. */
      github?: GitHubInstallation
    }
  }
}

/** Options of {@link githubAuth}. */
export interface GitHubAuthOptions extends RequestInstallationOptions<Request> {}

/**
 * Puts the installation that a request is about on `request.github`. Nothing is fetched until it is used.
 *
 * Without options, it is the installation of the delivery that `verifyGitHubWebhook` verified before. Errors go to
 * `next` and carry a `status`: 400 the request names no installation, 403 the caller may not act as it.
 *
 * @throws {TypeError} When there are options without `authorize`, or with neither or both of `owner` and `installationId`.
 */
export function githubAuth(auth: InstallationSource, options?: GitHubAuthOptions): RequestHandler {
  const find: RequestInstallation<Request> =
    options === undefined
      ? deliveryInstallation(auth, ({ githubWebhook }) => githubWebhook)
      : requestInstallation(auth, options)
  return async (request, _response, next) => {
    try {
      request.github = await find(request)
    } catch (error) {
      next(error)
      return
    }
    next()
  }
}
