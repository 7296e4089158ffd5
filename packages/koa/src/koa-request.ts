import type { WebhookRequest } from '@hubauth/core'
import { nodeRequest } from '@hubauth/node'
import type { ExtendableContext, Request } from 'koa'

/** Where koa-body before its version 7 put the text, on what it parsed. */
const UNPARSED = Symbol.for('unparsedBody')

const REMEDY =
  'Mount the webhook before any body parser, or use one that keeps the text: koa-bodyparser, @koa/bodyparser, or koaBody({ includeUnparsed: true }).'

/** The request of a context as a receiver takes it. Koa's parsers leave the text on `ctx.request`, not on `ctx.req`. */
export function koaRequest(ctx: ExtendableContext): WebhookRequest {
  const { rawBody, body }: Request & { readonly rawBody?: unknown; readonly body?: unknown } = ctx.request
  return nodeRequest(ctx.req, { parsed: [rawBody, body, Object(body)[UNPARSED]], remedy: REMEDY })
}
