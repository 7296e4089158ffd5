import { createHash, createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import type { AppKey } from '../state/entities.ts'

const MINIMUM_BITS = 2048

/** Makes a new RSA-2048 key. */
export async function generateAppKey(): Promise<AppKey> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: MINIMUM_BITS })
  return appKey(privateKey)
}

/**
 * Takes a key that exists.
 *
 * @throws {TypeError} when the text is not the PEM of an RSA private key of at least 2048 bits. The text is not repeated.
 */
export function importAppKey(pem: string): AppKey {
  const privateKey = parse(pem)
  const bits = privateKey?.asymmetricKeyDetails?.modulusLength ?? 0
  if (privateKey?.asymmetricKeyType !== 'rsa' || bits < MINIMUM_BITS) {
    throw new TypeError(
      'app.privateKey must be the PEM of an unencrypted RSA private key of at least 2048 bits',
    )
  }
  return appKey(privateKey)
}

/** What GitHub shows beside a key: `SHA256:` and the base64 digest of the public key's DER. */
export function fingerprint(publicKey: KeyObject): string {
  return `SHA256:${createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64')}`
}

function appKey(privateKey: KeyObject): AppKey {
  const publicKey = createPublicKey(privateKey)
  return {
    pem: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    publicKey,
    fingerprint: fingerprint(publicKey),
  }
}

function parse(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
