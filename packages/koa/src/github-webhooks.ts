import { checkReceiver, type WebhookReceiver } from '@hubauth/core'
import type { Middleware } from 'koa'
import { koaRequest } from './koa-request.ts'
import { respond } from './respond.ts'

/**
 * Mounts a receiver: `router.post('/github/webhooks', githubWebhooks(receiver))`, or with `app.use`. It may come after
 * parsers that keep the text of the body (koa-bodyparser, @koa/bodyparser, koa-body with `includeUnparsed`); they
 * refuse bodies above their own limits. Answers every request it gets, also those that are no deliveries, through
 * `ctx.status` and `ctx.body`; it never calls `next`.
 */
export function githubWebhooks(receiver: Pick<WebhookReceiver, 'receive'>): Middleware<unknown, unknown> {
  checkReceiver(receiver)
  return async (ctx) => respond(ctx, await receiver.receive(koaRequest(ctx)))
}
