import { checkReceiver, errorResponse, HubauthError, type WebhookReceiver, webResponse } from '@hubauth/core'
import type { MiddlewareHandler } from 'hono'
import { discardRest } from './discard-rest.ts'
import type { GitHubVariables } from './github-variables.ts'
import { honoRequest } from './hono-request.ts'
import { refusal } from './refusal.ts'

/** Options of {@link verifyGitHubWebhook}. */
export interface VerifyGitHubWebhookOptions {
  /**
   * What to do with a delivery that is refused: `respond` (default) answers as a receiver does; `throw` leaves it to
   * `app.onError`, as an `HTTPException` whose `cause` is the `HubauthError`, or from 500 on as the `HubauthError` itself.
   */
  readonly onError?: 'respond' | 'throw' | undefined
}

/**
 * Verifies deliveries for those who keep their own route: sets `c.var.githubWebhook` and goes on; the body can be read as
 * usual. It runs no handlers of the receiver and drops no duplicates.
 */
export function verifyGitHubWebhook(
  receiver: Pick<WebhookReceiver, 'verify'>,
  { onError = 'respond' }: VerifyGitHubWebhookOptions = {},
): MiddlewareHandler<{ Variables: Pick<GitHubVariables, 'githubWebhook'> }> {
  checkReceiver(receiver)
  return async (c, next) => {
    try {
      const delivery = await receiver.verify(honoRequest(c))
      c.set('githubWebhook', delivery)
      c.req.raw = new Request(c.req.raw, { body: delivery.body })
    } catch (error) {
      if (onError === 'throw' || !HubauthError.isInstance(error)) throw refusal(error)
      await discardRest(c.req.raw)
      return webResponse(errorResponse(error))
    }
    return next()
  }
}
