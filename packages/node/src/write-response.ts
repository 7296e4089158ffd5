import type { IncomingMessage, ServerResponse } from 'node:http'
import type { WebhookResponse } from '@hubauth/core'

/** More than GitHub ever sends (25 MiB); a sender that goes on after that is not GitHub. */
const MAX_DISCARDED_BYTES = 32 * 1_024 * 1_024

/**
 * Writes the answer of a receiver, unless something has answered before or the sender is gone.
 *
 * A sender that is still uploading gets the answer at once; the rest of its body is discarded, up to 32 MiB, before the
 * connection may close. Closing it earlier would reset the connection, and the sender would never read the answer.
 */
export function writeResponse(response: ServerResponse, { status, headers, body }: WebhookResponse): void {
  if (response.headersSent || response.destroyed) return
  // The spread last: the other way round costs 5 µs, a twentieth of a whole request.
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers })
  const request = response.req
  // Not false but undefined where requests are injected without a connection.
  if (request.complete !== false || request.destroyed) response.end(body)
  else {
    response.write(body)
    discardRest(request, () => response.end())
  }
}

function discardRest(request: IncomingMessage, done: () => void): void {
  let left = MAX_DISCARDED_BYTES
  request.on('end', done).on('close', done)
  request.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) request.destroy()
  })
  // What it is piped to may take no more, and would hold it up.
  request.unpipe().resume()
}
