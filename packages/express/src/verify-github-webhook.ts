import {
  checkReceiver,
  type Delivery,
  errorResponse,
  HubauthError,
  type WebhookReceiver,
} from '@hubauth/core'
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
  checkReceiver(receiver)
  return async (request, response, next) => {
    try {
      request.githubWebhook = await receiver.verify(nodeRequest(request))
    } catch (error) {
      const isOurs = HubauthError.isInstance(error)
      if (isOurs && onError === 'respond') writeResponse(response, errorResponse(error))
      // Express takes undefined for success, and 'route' for a way around what follows.
      else next(error instanceof Error ? error : new HubauthError('WEBHOOK_UNVERIFIED', 'verify failed.'))
      return
    }
    next()
  }
}
