import { HubauthError } from '../errors.ts'
import type { KeySource, SignOptions } from './key-source.ts'
import { readPublicPem } from './pem.ts'
import { MIN_BITS } from './pkcs8.ts'

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

/** A public key as stores hand it out: SubjectPublicKeyInfo as DER or PEM, or the numbers of a JWK. */
export type PublicKeyInput =
  | Uint8Array
  | string
  | { readonly kty?: string | undefined; readonly n?: unknown; readonly e?: unknown }

/** An RSA public key of at least 2048 bits. */
export interface RsaPublicKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array
  /** Whether `signature` is an RS256 signature of `input`. */
  verifies(signature: Uint8Array, input: Uint8Array): Promise<boolean>
}

/** Reads and checks a public key. @throws {HubauthError} `KEY_INVALID`, which says what it is instead. */
export async function readPublicKey(input: PublicKeyInput): Promise<RsaPublicKey> {
  let key: Awaited<ReturnType<typeof importKey>>
  try {
    key = await importKey(input)
  } catch (error) {
    // The platform only says that it is no RSA key.
    throw HubauthError.isInstance(error)
      ? error
      : new HubauthError('KEY_INVALID', 'The public key is no RSA key; GitHub Apps sign with RSA.', {
          remedy: 'Use a key that signs with RSASSA-PKCS1-v1_5 and SHA-256.',
        })
  }
  const { modulusLength } = key.algorithm as { readonly modulusLength?: number }
  if (modulusLength === undefined || modulusLength < MIN_BITS)
    throw new HubauthError(
      'KEY_INVALID',
      `The RSA key has ${modulusLength} bits; at least ${MIN_BITS} are needed.`,
    )
  return {
    spki: new Uint8Array(await crypto.subtle.exportKey('spki', key)),
    verifies: (signature, bytes) => crypto.subtle.verify(RS256, key, signature, bytes),
  }
}

async function importKey(input: PublicKeyInput) {
  if (typeof input === 'string')
    return crypto.subtle.importKey('spki', readPublicPem(input), RS256, true, ['verify'])
  if (input instanceof Uint8Array) return crypto.subtle.importKey('spki', input, RS256, true, ['verify'])
  const jwk = { kty: 'RSA', n: base64url(input?.n), e: base64url(input?.e) }
  return crypto.subtle.importKey('jwk', jwk, RS256, true, ['verify'])
}

function base64url(number: unknown): string {
  if (typeof number === 'string') return number
  if (!(number instanceof Uint8Array)) throw new TypeError('A number of the public key is missing.')
  return toBase64(number).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/**
 * The fingerprint of a key, as GitHub shows it in the settings of the app: `SHA256:` and the digest of the public key in
 * base64 (https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/managing-private-keys-for-github-apps).
 *
 * @throws {HubauthError} `KEY_UNAVAILABLE` when the key source does not tell its public key, and what reading the key throws.
 */
export async function keyFingerprint(
  key: KeySource,
  options: Pick<SignOptions, 'signal'> = {},
): Promise<string> {
  const spki = await publicKeyOf(key, options)
  return `SHA256:${toBase64(new Uint8Array(await crypto.subtle.digest('SHA-256', spki)))}`
}

/** What the key source says of its public key. @throws {HubauthError} `KEY_UNAVAILABLE` when it does not tell, and what it throws. */
export async function publicKeyOf(
  key: KeySource,
  options: Pick<SignOptions, 'signal'> = {},
): Promise<Uint8Array> {
  const spki = await key.publicKey?.(options)
  if (spki !== undefined) return spki
  throw new HubauthError('KEY_UNAVAILABLE', 'This key source does not tell its public key.', {
    remedy: 'Give it a publicKey() method that returns the SubjectPublicKeyInfo (DER).',
  })
}
