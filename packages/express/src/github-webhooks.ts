import type { WebhookReceiver } from '@hubauth/core'
import { nodeWebhooks } from '@hubauth/node'
import type { RequestHandler } from 'express'

/**
 * Mounts a receiver: `app.post('/github/webhooks', githubWebhooks(receiver))`, or with `app.use`. Put it before
 * `express.json()`, which leaves nothing of the bytes that were signed. Answers every request it gets, also those
 * that are no deliveries; it never calls `next`.
 */
export function githubWebhooks(receiver: Pick<WebhookReceiver, 'receive'>): RequestHandler {
  const handle = nodeWebhooks(receiver)
  return (request, response) => handle(request, response)
}
