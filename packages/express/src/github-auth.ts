import {
  type GitHubInstallation,
  HubauthError,
  type InstallationSource,
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
  const find = options === undefined ? ofDelivery(auth) : requestInstallation(auth, options)
  return async (request, _response, next) => {
    try {
      request.github = await find(request)
    } catch (error) {
      // Express takes undefined for success, and 'route' for a way around what follows.
      next(error instanceof Error ? error : new HubauthError('CALLER_NOT_AUTHORIZED', 'authorize failed.'))
      return
    }
    next()
  }
}

function ofDelivery(auth: InstallationSource): (request: Request) => Promise<GitHubInstallation> {
  return async ({ githubWebhook }) => {
    if (githubWebhook !== undefined) return auth.forDelivery(githubWebhook)
    throw new HubauthError('WEBHOOK_UNVERIFIED', 'This request has no verified delivery.', {
      remedy: 'Put verifyGitHubWebhook(receiver) before githubAuth(auth), or pass owner and authorize.',
    })
  }
}
