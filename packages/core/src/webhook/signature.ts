import { hmacVerifier } from '#hmac'
import { HubauthError } from '../errors.ts'

/** One secret, or several while one replaces another. Order matters only for speed: the usual one first. */
export type WebhookSecrets = string | readonly string[]

/**
 * Verifies a delivery's signature.
 *
 * @param body The bytes as they arrived; text that was decoded and encoded again may differ.
 * @param header The value of `X-Hub-Signature-256`.
 * @returns The position of the secret that matched.
 * @throws {HubauthError} `WEBHOOK_SIGNATURE_MISSING` or `WEBHOOK_SIGNATURE_INVALID`.
 */
export type SignatureVerifier = (body: Uint8Array, header: string | undefined) => Promise<number>

const PREFIX = 'sha256='
const DIGEST_BYTES = 32

/**
 * Makes a verifier of `X-Hub-Signature-256` (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
 *
 * @throws {TypeError} When there is no secret, or one is empty: it would accept what anybody signs.
 */
export function createSignatureVerifier(secrets: WebhookSecrets): SignatureVerifier {
  const list = typeof secrets === 'string' ? [secrets] : Array.isArray(secrets) ? secrets : []
  if (list.length === 0 || list.some((secret) => typeof secret !== 'string' || secret.trim() === '')) {
    throw new TypeError(
      'secrets: expected the webhook secret of the app, or several; an empty or blank one would accept forged deliveries. Is its environment variable set?',
    )
  }
  const verifiers = list.map((secret) => hmacVerifier(secret))
  // Made once: on the size of a webhook, allocating 32 bytes costs a tenth of verifying them.
  const digest = new Uint8Array(DIGEST_BYTES)
  return async (body, header) => {
    for (let index = 0; index < verifiers.length; index++) {
      // Again for every secret: where verifying waits, another delivery has used the bytes meanwhile.
      readSignature(header, digest)
      const matches = verifiers[index]?.(body, digest)
      if (matches === true || (matches !== false && (await matches) === true)) return index
    }
    throw new HubauthError(
      'WEBHOOK_SIGNATURE_INVALID',
      `The signature does not match the ${body.byteLength} bytes received.`,
    )
  }
}

function readSignature(header: string | undefined, into: Uint8Array): void {
  if (header === undefined || header === '') {
    throw new HubauthError('WEBHOOK_SIGNATURE_MISSING', 'The X-Hub-Signature-256 header is missing.')
  }
  const isLongEnough = header.length === PREFIX.length + 2 * DIGEST_BYTES && header.startsWith(PREFIX)
  if (isLongEnough && readHex(header, into)) return
  throw new HubauthError(
    'WEBHOOK_SIGNATURE_INVALID',
    'The X-Hub-Signature-256 header is not "sha256=" and 64 hex digits.',
  )
}

/** Only what GitHub sends, lower-case digits; a lenient decoder would accept 33 of 32 bytes or half of one. */
function readHex(header: string, into: Uint8Array): boolean {
  for (let index = 0; index < DIGEST_BYTES; index++) {
    const high = nibble(header.charCodeAt(PREFIX.length + 2 * index))
    const low = nibble(header.charCodeAt(PREFIX.length + 2 * index + 1))
    if (high < 0 || low < 0) return false
    into[index] = high * 16 + low
  }
  return true
}

function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48
  return code >= 97 && code <= 102 ? code - 87 : -1
}
