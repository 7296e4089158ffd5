import type { WebhookRequest } from '@hubauth/core'
import { type RawBodyOptions, type RawBodyRequest, readRawBody } from './raw-body.ts'

/** Options of {@link nodeRequest}: where parsers of the framework leave the bytes, and what to do when they do not. */
export type NodeRequestOptions = Omit<RawBodyOptions, 'maxBytes'>

/** A Node request as a receiver takes it. For mounts in frameworks on `node:http`; reads nothing yet. */
export function nodeRequest(request: RawBodyRequest, options: NodeRequestOptions = {}): WebhookRequest {
  return new NodeRequest(request, options)
}

class NodeRequest implements WebhookRequest {
  readonly #request: RawBodyRequest
  readonly #options: NodeRequestOptions

  constructor(request: RawBodyRequest, options: NodeRequestOptions) {
    this.#request = request
    this.#options = options
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
    // Member by member: a spread costs a microsecond, a hundredth of a whole request.
    const { parsed, remedy } = this.#options
    return readRawBody(this.#request, { maxBytes, parsed, remedy })
  }
}
