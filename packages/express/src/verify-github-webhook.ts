import { type Delivery, errorResponse, HubauthError, type WebhookReceiver } from '@hubauth/core'
import { nodeRequest, writeResponse } from '@hubauth/node'
import type { RequestHandler } from 'express'

declare global {
  namespace Express {
    interface Request {
      /** The verified delivery; set by `verifyGitHubWebhook`. */
      githubWebhook?: Delivery
    }
  }
}

/** Options of {@link verifyGitHubWebhook}. */
export interface VerifyGitHubWebhookOptions {
  /**
   * What to do with a delivery that is refused: `respond` (default) answers as a receiver does; `next` leaves the
   * `HubauthError`, which carries its `status`, to the application's error middleware.
   */
  readonly onError?: 'respond' | 'next' | undefined
}

/**
 * Verifies deliveries for those who keep their own route: sets `request.githubWebhook` and calls `next`. It runs no
 * handlers of the receiver and drops no duplicates. Put it before body parsers.
 */
export function verifyGitHubWebhook(
  receiver: Pick<WebhookReceiver, 'verify'>,
  { onError = 'respond' }: VerifyGitHubWebhookOptions = {},
): RequestHandler {
  return async (request, response, next) => {
    try {
      request.githubWebhook = await receiver.verify(nodeRequest(request))
    } catch (error) {
      if (onError === 'next' || !HubauthError.isInstance(error)) next(error)
      else writeResponse(response, errorResponse(error))
      return
    }
    next()
  }
}
