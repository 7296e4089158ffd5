import { HubauthError } from '../errors.ts'
import type { SecretSource } from '../key/secret-source.ts'
import { RotatingSecrets, type SecretRereadOptions } from './rotating-secrets.ts'

/**
 * One secret, or several while one replaces another; as text, or as a source that is read again while the server runs. Order
 * matters only for speed: the usual one first. The text of a source may hold several, one per line.
 */
export type WebhookSecrets = string | SecretSource | readonly (string | SecretSource)[]

/**
 * Verifies a delivery's signature.
 *
 * @param body The bytes as they arrived; text that was decoded and encoded again may differ.
 * @param header The value of `X-Hub-Signature-256`.
 * @returns The position of the secret, or of its source, that matched.
 * @throws {HubauthError} `WEBHOOK_SIGNATURE_MISSING`, `WEBHOOK_SIGNATURE_INVALID`, or `WEBHOOK_SECRET_UNAVAILABLE` when no
 * secret could be read yet.
 */
export type SignatureVerifier = (body: Uint8Array, header: string | undefined) => Promise<number>

const PREFIX = 'sha256='
const DIGEST_BYTES = 32

/**
 * Makes a verifier of `X-Hub-Signature-256` (https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries).
 *
 * @throws {TypeError} When there is no secret, one is empty (it would accept what anybody signs), or an option is out of range.
 */
export function createSignatureVerifier(
  secrets: WebhookSecrets,
  options: SecretRereadOptions = {},
): SignatureVerifier {
  const list: readonly unknown[] = Array.isArray(secrets) ? secrets : [secrets]
  if (list.length === 0 || !list.every(isSecret)) {
    throw new TypeError(
      'secrets: expected the webhook secret of the app, or several, or where they are kept; an empty or blank one would accept forged deliveries. Is its environment variable set?',
    )
  }
  const rotating = new RotatingSecrets(list, options)
  // Made once: on the size of a webhook, allocating 32 bytes costs a tenth of verifying them.
  const digest = new Uint8Array(DIGEST_BYTES)
  return async (body, header) => {
    let verifiers = rotating.known()
    if (verifiers.length === 0) {
      readSignature(header, digest)
      verifiers = await rotating.first()
    }
    for (let isLast = rotating.isFixed; ; isLast = true) {
      for (const { index, verify } of verifiers) {
        // Again for every secret: where verifying waits, another delivery has used the bytes meanwhile.
        readSignature(header, digest)
        const matches = verify(body, digest)
        if (matches === true || (matches !== false && (await matches) === true)) return index
      }
      if (isLast) break
      verifiers = await rotating.again()
    }
    throw new HubauthError(
      'WEBHOOK_SIGNATURE_INVALID',
      `The signature does not match the ${body.byteLength} bytes received.`,
    )
  }
}

function isSecret(secret: unknown): secret is string | SecretSource {
  if (typeof secret === 'string') return secret.trim() !== ''
  return typeof (secret as Partial<SecretSource> | null | undefined)?.read === 'function'
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
