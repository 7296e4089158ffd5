import { checkReceiver, errorResponse, HubauthError, type WebhookReceiver } from '@hubauth/core'
import type { Middleware } from 'koa'
import type { GitHubState } from './github-state.ts'
import { koaRequest } from './koa-request.ts'
import { respond } from './respond.ts'

/** Options of {@link verifyGitHubWebhook}. */
export interface VerifyGitHubWebhookOptions {
  /**
   * What to do with a delivery that is refused: `respond` (default) answers as a receiver does; `throw` leaves the
   * `HubauthError`, which carries its `status` and `expose`, to the middleware before and to Koa.
   */
  readonly onError?: 'respond' | 'throw' | undefined
}

/**
 * Verifies deliveries for those who keep their own route: sets `ctx.state.githubWebhook` and calls `next`. It runs no
 * handlers of the receiver and drops no duplicates. Put it before parsers that do not keep the text of the body.
 */
export function verifyGitHubWebhook(
  receiver: Pick<WebhookReceiver, 'verify'>,
  { onError = 'respond' }: VerifyGitHubWebhookOptions = {},
): Middleware<GitHubState, unknown> {
  checkReceiver(receiver)
  return async (ctx, next) => {
    try {
      ctx.state.githubWebhook = await receiver.verify(koaRequest(ctx))
    } catch (error) {
      if (HubauthError.isInstance(error) && onError === 'respond') return respond(ctx, errorResponse(error))
      // Koa takes undefined and null for no error, and answers nothing.
      throw error ?? new HubauthError('WEBHOOK_UNVERIFIED', 'verify failed.')
    }
    return next()
  }
}
