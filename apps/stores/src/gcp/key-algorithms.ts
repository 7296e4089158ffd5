import type { KeyObject } from 'node:crypto'
import { signDigest } from '../sign-digest.ts'
import { checksum } from './checksum.ts'
import { GoogleError } from './google-error.ts'
import type { ServiceRequest } from './service-request.ts'

/** Numbers and purposes of algorithms (https://cloud.google.com/kms/docs/reference/rest/v1/CryptoKeyVersionAlgorithm). */
export const ALGORITHMS = {
  GOOGLE_SYMMETRIC_ENCRYPTION: { number: 1, purpose: 'ENCRYPT_DECRYPT' },
  RSA_SIGN_PSS_2048_SHA256: { number: 2, purpose: 'ASYMMETRIC_SIGN' },
  RSA_SIGN_PKCS1_2048_SHA256: { number: 5, purpose: 'ASYMMETRIC_SIGN' },
  RSA_SIGN_PKCS1_3072_SHA256: { number: 6, purpose: 'ASYMMETRIC_SIGN' },
  RSA_SIGN_PKCS1_4096_SHA256: { number: 7, purpose: 'ASYMMETRIC_SIGN' },
  RSA_DECRYPT_OAEP_2048_SHA256: { number: 8, purpose: 'ASYMMETRIC_DECRYPT' },
  EC_SIGN_P256_SHA256: { number: 12, purpose: 'ASYMMETRIC_SIGN' },
  RSA_SIGN_PKCS1_4096_SHA512: { number: 16, purpose: 'ASYMMETRIC_SIGN' },
} as const

/** An algorithm of a key version. */
export type KeyAlgorithm = keyof typeof ALGORITHMS

const DIGEST_BYTES = { sha256: 32, sha512: 64 }

/** A private key and what it is for. */
export interface SigningKey {
  readonly privateKey: KeyObject
  readonly algorithm: KeyAlgorithm
}

/** The digest in a request, which must be of the kind that the algorithm signs. */
export function digestOf(body: ServiceRequest['body'], algorithm: KeyAlgorithm): Buffer {
  const unknown = Object.keys(body).find((key) => !['digest', 'digestCrc32c'].includes(key))
  if (unknown !== undefined)
    throw new GoogleError(
      'INVALID_ARGUMENT',
      `Invalid JSON payload received. Unknown name "${unknown}": Cannot find field.`,
    )
  const kind = algorithm.endsWith('SHA512') ? 'sha512' : 'sha256'
  const entries = Object.entries(Object(body.digest))
  const [[given, value] = []] = entries
  const digest = Buffer.from(String(value), 'base64')
  if (entries.length !== 1 || given !== kind || digest.length !== DIGEST_BYTES[kind])
    throw new GoogleError('INVALID_ARGUMENT', `The digest must be a ${kind} digest for ${algorithm}.`)
  if (body.digestCrc32c !== undefined && body.digestCrc32c !== checksum(digest))
    throw new GoogleError('INVALID_ARGUMENT', 'The checksum in field digest_crc32c did not match the digest.')
  return digest
}

/** An RSASSA-PKCS1-v1_5 signature over a digest. */
export function signed({ privateKey, algorithm }: SigningKey, digest: Buffer): Buffer {
  if (!algorithm.startsWith('RSA_SIGN_PKCS1_'))
    throw new GoogleError('UNIMPLEMENTED', `Nothing here signs with ${algorithm}.`)
  return signDigest(privateKey, digest)
}
