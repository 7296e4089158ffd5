import { checkReceiver, type WebhookReceiver, webResponse } from '@hubauth/core'
import type { Handler } from 'hono'
import { discardRest } from './discard-rest.ts'
import { honoRequest } from './hono-request.ts'

/**
 * Mounts a receiver: `app.all('/github/webhooks', githubWebhooks(receiver))`. Answers every request it gets, also those
 * that are no deliveries; it never calls `next`.
 */
export function githubWebhooks(receiver: Pick<WebhookReceiver, 'receive'>): Handler {
  checkReceiver(receiver)
  return async (c) => {
    const answer = await receiver.receive(honoRequest(c))
    await discardRest(c.req.raw)
    return webResponse(answer)
  }
}
