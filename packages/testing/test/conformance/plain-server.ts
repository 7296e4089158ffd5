import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { HubauthError, type WebhookReceiver, type WebhookResponse } from '@hubauth/core'
import type { WebhookMount } from '../../src/index.ts'

export type Read = (request: IncomingMessage, maxBytes: number) => Promise<Uint8Array>
export type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The least that a server must do, and so a second opinion beside the packages for frameworks. */
export const plainRead: Read = async (request, maxBytes) => {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length
      if (size > maxBytes) throw new HubauthError('WEBHOOK_BODY_TOO_LARGE', 'Too large.')
      chunks.push(chunk)
    }
  } catch (error) {
    throw HubauthError.isInstance(error) ? error : new HubauthError('WEBHOOK_BODY_ABORTED', 'Cut off.')
  }
  return Buffer.concat(chunks)
}

/** What a server does otherwise than it should. */
export interface Flaws {
  readonly read?: Read
  readonly write?: (response: ServerResponse, answer: WebhookResponse) => void
}

/** Answers requests with a receiver. */
export function listener(
  receiver: WebhookReceiver,
  { read = plainRead, write = plainWrite }: Flaws = {},
): Listener {
  return async (request, response) => {
    const answer = await receiver.receive({
      method: request.method ?? '',
      header: (name) => request.headers[name]?.toString(),
      body: (maxBytes) => read(request, maxBytes),
    })
    if (response.destroyed) return
    write(response, answer)
    if (request.readableEnded) response.end()
    else request.on('end', () => response.end()).resume()
  }
}

export function plainWrite(response: ServerResponse, { status, headers, body }: WebhookResponse): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).write(body)
}

/** Mounts listeners in a server of `node:http`. */
export function mountOf(make: (receiver: WebhookReceiver) => Listener): WebhookMount {
  return async (receiver) => {
    const listen = make(receiver)
    const server = createServer((request, response) => {
      listen(request, response).catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}/github/webhooks`,
      async close() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }
}

/** Reads a body to its end, and keeps nothing. */
export const consume = async (request: IncomingMessage) => {
  for await (const _ of request);
}
