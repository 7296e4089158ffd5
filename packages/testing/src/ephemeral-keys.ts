import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'

/** A private key in the forms it can be handed over in, and its public half. Lives as long as the process. */
export interface EphemeralRsaKey {
  /** `BEGIN RSA PRIVATE KEY`: what GitHub lets people download. */
  readonly pkcs1: string
  /** `BEGIN PRIVATE KEY`. */
  readonly pkcs8: string
  readonly publicKey: KeyObject
  /** `BEGIN PUBLIC KEY`: a wrong kind where a private key is expected. */
  readonly publicPem: string
}

/** Options of {@link rsaKey}. */
export interface RsaKeyOptions {
  /** Size of the modulus. Default 2048, as GitHub makes them; 1024 is what must be refused. */
  readonly bits?: 1024 | 2048 | 3072 | 4096 | undefined
  /** Which of several keys of that size: the same label gives the same key. Default `first`. */
  readonly label?: string | undefined
}

const rsaKeys = new Map<string, EphemeralRsaKey>()

/** An RSA key, generated on the first call in this process and the same from then on: no test fixture holds one. */
export function rsaKey({ bits = 2048, label = 'first' }: RsaKeyOptions = {}): EphemeralRsaKey {
  const name = `${bits} ${label}`
  const known = rsaKeys.get(name) ?? generateRsaKey(bits)
  rsaKeys.set(name, known)
  return known
}

function generateRsaKey(bits: number): EphemeralRsaKey {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return Object.freeze({
    pkcs1: privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    pkcs8: pkcs8(privateKey),
    publicKey,
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  })
}

/** A private key that is not RSA: to be refused where an app's key is expected. */
export interface EphemeralKey {
  /** `BEGIN PRIVATE KEY`. */
  readonly pkcs8: string
  readonly publicKey: KeyObject
}

/** An elliptic-curve key; `sec1` is its `BEGIN EC PRIVATE KEY` form. */
export interface EphemeralEcKey extends EphemeralKey {
  readonly sec1: string
}

/** An elliptic-curve key on P-256; one per process. */
export const ecKey: () => EphemeralEcKey = once(() => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const sec1 = privateKey.export({ type: 'sec1', format: 'pem' }).toString()
  return Object.freeze({ pkcs8: pkcs8(privateKey), sec1, publicKey })
})

/** An Ed25519 key; one per process. */
export const ed25519Key: () => EphemeralKey = once(() => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  return Object.freeze({ pkcs8: pkcs8(privateKey), publicKey })
})

/** An RSA key behind a passphrase, in both forms that openssl writes. */
export interface EncryptedRsaKey {
  /** `BEGIN RSA PRIVATE KEY` with `Proc-Type: 4,ENCRYPTED`. */
  readonly legacy: string
  /** `BEGIN ENCRYPTED PRIVATE KEY`. */
  readonly pkcs8: string
  readonly passphrase: string
}

/** An encrypted RSA-2048 key; one per process. */
export const encryptedKey: () => EncryptedRsaKey = once(() => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const passphrase = randomUUID()
  const secret = { format: 'pem', cipher: 'aes-256-cbc', passphrase } as const
  return Object.freeze({
    legacy: privateKey.export({ type: 'pkcs1', ...secret }).toString(),
    pkcs8: privateKey.export({ type: 'pkcs8', ...secret }).toString(),
    passphrase,
  })
})

function pkcs8(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => {
    made ??= { value: make() }
    return made.value
  }
}
