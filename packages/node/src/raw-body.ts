import type { IncomingMessage } from 'node:http'
import { BodyChunks, checkBodySize, HubauthError } from '@hubauth/core'

/** A Node request, as body parsers leave it behind: Express puts on `body`, others on `rawBody`. */
export type RawBodyRequest = IncomingMessage & { readonly rawBody?: unknown; readonly body?: unknown }

/** Options of {@link readRawBody}. */
export interface RawBodyOptions {
  /** Largest accepted body, in bytes. */
  readonly maxBytes: number
  /** More places where a parser may have left the bytes or the text, such as Koa's `ctx.request.rawBody`. Default none. */
  readonly parsed?: readonly unknown[] | undefined
  /** What to do when a parser consumed the body, in the words of the framework. Default: Express's. */
  readonly remedy?: string | undefined
}

/**
 * Reads the exact bytes of a body: those that a parser kept, else those of the stream. Never waits for a stream that
 * something else has read, and never takes a parsed object: what it would be written as is not what was signed.
 *
 * @throws {HubauthError} `WEBHOOK_BODY_CONSUMED` at once when the bytes are gone, `WEBHOOK_BODY_TOO_LARGE` as soon as
 * that is clear (the rest is discarded as it arrives), `WEBHOOK_BODY_ABORTED` when the sender stopped halfway.
 */
export async function readRawBody(
  request: RawBodyRequest,
  { maxBytes, parsed = [], remedy }: RawBodyOptions,
): Promise<Uint8Array> {
  // Who listens for 'readable' takes what there is, and keeps the stream from flowing to others.
  const isConsumed = request.readableDidRead || request.readableEnded || request.listenerCount('readable') > 0
  const kept = keptBytes([property(request, 'rawBody'), ...parsed, property(request, 'body')])
  // Something empty is what a parser left, or what a framework put there before any parser ran.
  if (kept !== undefined && (kept.byteLength > 0 || isConsumed)) {
    checkBodySize(kept.byteLength, maxBytes)
    return kept
  }
  if (isConsumed) {
    throw new HubauthError(
      'WEBHOOK_BODY_CONSUMED',
      'A body parser read the webhook request first, and its exact bytes are gone.',
      { remedy },
    )
  }
  if (request.destroyed) throw aborted()
  checkBodySize(Number(request.headers['content-length']), maxBytes)
  return readStream(request, maxBytes)
}

/** The first candidate with bytes in it; an empty one when there is no other. */
function keptBytes(candidates: readonly unknown[]): Uint8Array | undefined {
  let empty: Uint8Array | undefined
  for (const candidate of candidates) {
    if (candidate === undefined) continue
    const bytes = typeof candidate === 'string' ? Buffer.from(candidate) : candidate
    if (!(bytes instanceof Uint8Array)) continue
    if (bytes.byteLength > 0) return bytes
    empty ??= bytes
  }
  return empty
}

/** Frameworks define `body` as a getter, and some throw when no parser is set up. */
function property(request: RawBodyRequest, name: 'rawBody' | 'body'): unknown {
  try {
    return request[name]
  } catch {
    return undefined
  }
}

function readStream(request: IncomingMessage, maxBytes: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks = new BodyChunks<Buffer>(maxBytes, Buffer.concat)
    const take = (chunk: Buffer | string) => {
      // Text only when something called setEncoding() on the stream.
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, request.readableEncoding ?? 'utf8') : chunk
      try {
        chunks.add(bytes)
      } catch (error) {
        fail(error)
      }
    }
    const end = () => resolve(chunks.bytes())
    // 'close' follows 'end' as well.
    const stop = () => {
      if (!request.readableEnded) fail(aborted())
    }
    const fail = (error: unknown) => {
      request.off('data', take).off('end', end)
      request.resume()
      reject(error)
    }
    request.on('data', take).on('end', end).on('close', stop).on('error', stop)
    // Something may have paused it while it waited for something else.
    request.resume()
  })
}

function aborted(): HubauthError {
  return new HubauthError(
    'WEBHOOK_BODY_ABORTED',
    'The sender closed the connection before the body was complete.',
  )
}
