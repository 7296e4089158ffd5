import { type FetchHandlerContext, HubauthError, type WebhookRequest, webRequest } from '@hubauth/core'
import type { Context, HonoRequest } from 'hono'

const REMEDY =
  'Mount the webhook before what reads the body, or have that read it with c.req.arrayBuffer(), not from c.req.raw.'

/** A request of Hono as a receiver takes it; reads nothing yet. */
export function honoRequest(c: Context): WebhookRequest {
  const request = webRequest(c.req.raw, executionContext(c))
  return { ...request, body: async (maxBytes) => webRequest(await unread(c.req)).body(maxBytes) }
}

/** The request with what Hono kept when something read the body through `c.req`, or as it is. */
async function unread(request: HonoRequest): Promise<Request> {
  const { raw, bodyCache } = request
  // The fields of a form, which Hono keeps too, cannot be made the same bytes again.
  if ((bodyCache.arrayBuffer ?? bodyCache.blob ?? bodyCache.text) !== undefined)
    return new Request(raw, { body: await request.arrayBuffer() })
  if (!raw.bodyUsed && !raw.body?.locked) return raw
  const what = 'Something read the webhook request first, and its exact bytes are gone.'
  throw new HubauthError('WEBHOOK_BODY_CONSUMED', what, { remedy: REMEDY })
}

/** Hono throws where the platform has none. */
function executionContext(c: Context): FetchHandlerContext | undefined {
  try {
    return c.executionCtx
  } catch {
    return undefined
  }
}
