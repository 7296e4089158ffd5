import { HubauthError } from '../errors.ts'
import { BodyChunks, checkBodySize } from './body-chunks.ts'
import { checkReceiver, type WebhookReceiver } from './receiver.ts'
import type { WebhookRequest, WebhookResponse } from './webhook-request.ts'

/** What a platform passes beside the request: Workers, Deno Deploy, Bun and h3 all offer `waitUntil`. */
export interface FetchHandlerContext {
  waitUntil?(work: Promise<unknown>): void
}

/** Handles a web-standard request. */
export type FetchHandler = (request: Request, context?: FetchHandlerContext) => Promise<Response>

/** Mounts a receiver wherever a handler takes a `Request` and returns a `Response`: Workers, Hono, Next.js, Bun, Deno. */
export function createFetchHandler(receiver: Pick<WebhookReceiver, 'receive'>): FetchHandler {
  checkReceiver(receiver)
  return async (request, context) => webResponse(await receiver.receive(webRequest(request, context)))
}

/** A web-standard request as a receiver takes it. For mounts in frameworks that speak `Request`; reads nothing yet. */
export function webRequest(request: Request, context?: FetchHandlerContext): WebhookRequest {
  return {
    method: request.method,
    header: (name) => request.headers.get(name) ?? undefined,
    body: (maxBytes) => readBody(request, maxBytes),
    ...(typeof context?.waitUntil === 'function' && {
      waitUntil: (work) => context.waitUntil?.(work),
    }),
  }
}

/** The answer of a receiver as a web-standard response. */
export function webResponse({ status, headers, body }: WebhookResponse): Response {
  return new Response(body, { status, headers })
}

async function readBody(request: Request, maxBytes: number): Promise<Uint8Array> {
  if (request.bodyUsed || request.body?.locked)
    throw new HubauthError(
      'WEBHOOK_BODY_CONSUMED',
      'The body of the webhook request was read before the webhook handler.',
    )
  checkBodySize(Number(request.headers.get('content-length')), maxBytes)
  const chunks = new BodyChunks(maxBytes, concat)
  const reader = request.body?.getReader()
  try {
    for (let read = await reader?.read(); read !== undefined && !read.done; read = await reader?.read())
      chunks.add(read.value)
  } catch (error) {
    // Not waited for: a clone of the request that nobody reads holds it up for ever.
    reader?.cancel().catch(() => undefined)
    throw HubauthError.isInstance(error)
      ? error
      : new HubauthError('WEBHOOK_BODY_ABORTED', 'The body ended before it was complete.')
  }
  return chunks.bytes()
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const body = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.byteLength, 0))
  let offset = 0
  for (const chunk of chunks) {
    body.set(chunk, offset)
    offset += chunk.byteLength
  }
  return body
}
