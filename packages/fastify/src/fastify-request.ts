import type { Readable } from 'node:stream'
import type { WebhookRequest } from '@hubauth/core'
import { nodeRequest, type RawBodyRequest } from '@hubauth/node'
import type { FastifyRequest } from 'fastify'

const REMEDY =
  'Keep preParsing hooks that read the body off the route of the webhook, or have them put its bytes on request.rawBody.'

/** A Fastify request as a receiver takes it; `payload` is what the hooks before have left to be read. */
export function fastifyRequest(
  request: Pick<FastifyRequest, 'raw' | 'routeOptions'>,
  payload: Readable,
): WebhookRequest {
  const { raw, routeOptions } = request
  // A stream with nothing in it comes to its end even while it is paused.
  const parsed = [Object(request).rawBody, raw.headers['content-length'] === '0' ? '' : undefined]
  // A hook that read the request has left another stream, which has no headers of its own.
  const stream = payload === raw ? raw : Object.assign(payload, { method: raw.method, headers: raw.headers })
  // Not every request is read, and an error that nobody listens for ends the process: what is no gzip, for one.
  payload.on('error', () => undefined)
  const source = nodeRequest(stream as RawBodyRequest, { parsed, remedy: REMEDY })
  return {
    method: source.method,
    header: (name) => source.header(name),
    body(maxBytes) {
      const bytes = source.body(Math.min(maxBytes, routeOptions.bodyLimit))
      payload.resume()
      return bytes
    },
  }
}
