import type { WebhookRequest } from '@hubauth/core'
import { type RawBodyRequest, readRawBody } from './raw-body.ts'

/** Options of {@link nodeRequest}. */
export interface NodeRequestOptions {
  /** More places where a parser may have left the bytes or the text, such as Koa's `ctx.request.rawBody`. Default none. */
  readonly parsed?: readonly unknown[] | undefined
}

/** A Node request as a receiver takes it. For mounts in frameworks on `node:http`; reads nothing yet. */
export function nodeRequest(
  request: RawBodyRequest,
  { parsed = [] }: NodeRequestOptions = {},
): WebhookRequest {
  return new NodeRequest(request, parsed)
}

class NodeRequest implements WebhookRequest {
  readonly #request: RawBodyRequest
  readonly #parsed: readonly unknown[]

  constructor(request: RawBodyRequest, parsed: readonly unknown[]) {
    this.#request = request
    this.#parsed = parsed
  }

  get method(): string {
    return this.#request.method ?? ''
  }

  header(name: string): string | undefined {
    const value = this.#request.headers[name]
    // Node joins repeated headers itself; arrays come from servers that build requests by hand.
    return Array.isArray(value) ? value.join(', ') : value
  }

  body(maxBytes: number): Promise<Uint8Array> {
    return readRawBody(this.#request, { maxBytes, parsed: this.#parsed })
  }
}
