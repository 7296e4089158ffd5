import { type SignedDelivery, type SignedDeliveryOptions, signedDelivery } from '@hubauth/testing'
import type { WebhookRequest, WebhookResponse } from '../../src/index.ts'

export const SECRET = "It's a Secret to Everybody"

/** A delivery as a mount hands it to the receiver. */
export function requestOf(delivery: SignedDelivery, overrides: Partial<WebhookRequest> = {}): WebhookRequest {
  return {
    method: delivery.method,
    header: (name) => delivery.headers[name],
    body: async () => delivery.body,
    ...overrides,
  }
}

/** A signed delivery, handed over. */
export function request(
  options: Partial<SignedDeliveryOptions> = {},
  overrides: Partial<WebhookRequest> = {},
): WebhookRequest {
  return requestOf(signedDelivery({ secret: SECRET, ...options }), overrides)
}

/** A signed delivery with other headers; undefined takes one away. */
export function requestWith(headers: Readonly<Record<string, string | undefined>>): WebhookRequest {
  const delivery = signedDelivery({ secret: SECRET })
  const merged: Record<string, string | undefined> = { ...delivery.headers, ...headers }
  return requestOf(delivery, { header: (name) => merged[name] })
}

/** What an answer says in its body. */
export function statusIn(response: WebhookResponse): unknown {
  const { status } = JSON.parse(response.body)
  return status
}

/** The code of the error in the body of an answer. */
export function codeIn(response: WebhookResponse): unknown {
  const { error } = JSON.parse(response.body)
  return error?.code
}
