import { HubauthError } from '../errors.ts'
import { Delivery, deliveryFormat, parsePayload, readDeliveryHeaders } from './delivery.ts'
import type { SecretRereadOptions } from './rotating-secrets.ts'
import { createSignatureVerifier, type WebhookSecrets } from './signature.ts'
import type { WebhookRequest } from './webhook-request.ts'

/** GitHub drops larger payloads (https://docs.github.com/webhooks/webhook-events-and-payloads). */
const GITHUB_MAX_BYTES = 26_214_400

/** Options of {@link createDeliveryVerifier}. */
export interface VerifyDeliveryOptions extends SecretRereadOptions {
  /** The webhook secret, or several while one replaces another; as text, or where they are kept. */
  readonly secrets: WebhookSecrets
  /** Largest accepted body, in bytes. Default 26 214 400 (25 MiB, GitHub's own limit). */
  readonly maxBytes?: number | undefined
}

/** Turns a request into a delivery whose signature was checked, or throws a `HubauthError` that says why not. */
export type DeliveryVerifier = (request: WebhookRequest) => Promise<Delivery>

/**
 * Makes a verifier for those who keep their own route: it verifies and parses, and runs no handler. Method and
 * headers are checked before a byte of the body is read, and nothing is parsed before the signature is right.
 *
 * @throws {TypeError} When there is no secret, or `maxBytes` is not a positive integer.
 */
export function createDeliveryVerifier({
  secrets,
  maxBytes = GITHUB_MAX_BYTES,
  ...options
}: VerifyDeliveryOptions): DeliveryVerifier {
  if (!Number.isSafeInteger(maxBytes) || maxBytes < 1)
    throw new TypeError('maxBytes: expected a positive integer.')
  const verify = createSignatureVerifier(secrets, options)
  return async (request) => {
    if (request.method !== 'POST')
      throw new HubauthError('WEBHOOK_METHOD_NOT_ALLOWED', 'Deliveries are sent with POST only.')
    const format = deliveryFormat(request.header('content-type'))
    if (format === undefined) {
      throw new HubauthError(
        'WEBHOOK_CONTENT_TYPE',
        'The content type is neither application/json nor application/x-www-form-urlencoded.',
      )
    }
    const signature = request.header('x-hub-signature-256')
    if (signature === undefined) await verify(new Uint8Array(), signature)
    const headers = readDeliveryHeaders(request)
    const body = await request.body(maxBytes)
    try {
      const secretIndex = await verify(body, signature)
      return new Delivery(headers, parsePayload(body, format), body, secretIndex)
    } catch (error) {
      throw explained(error, request, body)
    }
  }
}

/** Proxies that cut or rewrite bodies are usually mistaken for a wrong secret. */
function explained(error: unknown, request: WebhookRequest, body: Uint8Array): unknown {
  const declared = request.header('content-length')
  if (!HubauthError.isInstance(error) || error.code !== 'WEBHOOK_SIGNATURE_INVALID') return error
  if (declared === undefined || Number(declared) === body.byteLength) return error
  const what = `The signature does not match: ${body.byteLength} bytes arrived, content-length promised ${Number(declared)}.`
  return new HubauthError('WEBHOOK_SIGNATURE_INVALID', what, {
    remedy: 'Find out what between GitHub and this server cuts or rewrites bodies.',
  })
}
