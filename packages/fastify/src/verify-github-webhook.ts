import { Readable } from 'node:stream'
import {
  checkReceiver,
  type Delivery,
  errorResponse,
  HubauthError,
  type WebhookReceiver,
} from '@hubauth/core'
import type { preParsingAsyncHookHandler } from 'fastify'
import { fastifyRequest } from './fastify-request.ts'
import { sendAnswer } from './send-answer.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** The verified delivery; set by `verifyGitHubWebhook`. */
    githubWebhook?: Delivery
  }
}

/** Options of {@link verifyGitHubWebhook}. */
export interface VerifyGitHubWebhookOptions {
  /**
   * What to do with a delivery that is refused: `respond` (default) answers as a receiver does; `throw` leaves the
   * `HubauthError`, which carries its `statusCode`, to the application's error handler.
   */
  readonly onError?: 'respond' | 'throw' | undefined
}

/**
 * Verifies deliveries for those who keep their own route: a `preParsing` hook that sets `request.githubWebhook`, after
 * which the body is parsed as usual. It runs no handlers of the receiver and drops no duplicates. The `bodyLimit` of the
 * route applies, 1 MiB by default: set it to 26 214 400, the most that GitHub sends.
 */
export function verifyGitHubWebhook(
  receiver: Pick<WebhookReceiver, 'verify'>,
  { onError = 'respond' }: VerifyGitHubWebhookOptions = {},
): preParsingAsyncHookHandler {
  checkReceiver(receiver)
  return async (request, reply, payload) => {
    try {
      request.githubWebhook = await receiver.verify(fastifyRequest(request, payload))
    } catch (error) {
      if (HubauthError.isInstance(error) && onError === 'respond')
        return sendAnswer(reply, errorResponse(error))
      // An error handler would send what is no error as an answer, with 200.
      throw error instanceof Error ? error : new HubauthError('WEBHOOK_UNVERIFIED', 'verify failed.')
    }
    const { receivedEncodedLength } = payload
    return Object.assign(Readable.from([request.githubWebhook.body]), { receivedEncodedLength })
  }
}
