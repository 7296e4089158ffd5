import type { WebhookResponse } from '@hubauth/core'
import { writeResponse } from '@hubauth/node'
import type { ExtendableContext } from 'koa'

/** Answers through the context, where the middleware before sees it: loggers, compression. */
export function respond(ctx: ExtendableContext, response: WebhookResponse): void {
  ctx.status = response.status
  // Before the body, which would otherwise look for a content type of its own.
  ctx.set(response.headers)
  ctx.body = response.body
  if (ctx.req.complete) return
  // Koa would end the connection under a sender that is still uploading, and that reads the answer after that.
  ctx.respond = false
  writeResponse(ctx.res, response)
}
