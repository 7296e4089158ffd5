import type { IncomingMessage, ServerResponse } from 'node:http'
import { HubauthError, type WebhookReceiver, type WebhookRequest, type WebhookResponse } from '@hubauth/core'
import { listen, type WebhookMount } from '../../src/index.ts'

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
    const answer = await receiver.receive(plainRequest(request, read))
    if (!response.destroyed) answerUpload(request, response, () => write(response, answer))
  }
}

/** A request as a receiver takes it. */
export function plainRequest(request: IncomingMessage, read: Read = plainRead): WebhookRequest {
  return {
    method: request.method ?? '',
    header: (name) => request.headers[name]?.toString(),
    body: (maxBytes) => read(request, maxBytes),
  }
}

/** Writes an answer, which ends when the sender has sent everything. */
export function answerUpload(request: IncomingMessage, response: ServerResponse, write: () => void): void {
  write()
  if (request.readableEnded) response.end()
  else request.on('end', () => response.end()).resume()
}

export function plainWrite(response: ServerResponse, { status, headers, body }: WebhookResponse): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).write(body)
}

/** Mounts listeners in a server of `node:http`. */
export function mountOf(make: (receiver: WebhookReceiver) => Listener): WebhookMount {
  return (receiver) => {
    const answer = make(receiver)
    return listen((request, response) => {
      answer(request, response).catch(() => response.destroy())
    }, '/github/webhooks')
  }
}

/** Reads a body to its end, and keeps nothing. */
export const consume = async (request: IncomingMessage) => {
  for await (const _ of request);
}
