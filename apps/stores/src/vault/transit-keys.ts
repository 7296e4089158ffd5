import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/** The types of keys that sign here; Transit has more. */
export type SigningKeyType = 'rsa-2048' | 'rsa-3072' | 'rsa-4096' | 'ed25519' | 'ecdsa-p256'

/** A key with its versions. */
export interface TransitKey {
  readonly type: SigningKeyType | 'aes256-gcm96'
  /** By number, from 1; undefined for keys that do not sign. */
  readonly versions: Map<number, KeyObject | undefined>
  latestVersion: number
  minEncryptionVersion: number
  minDecryptionVersion: number
}

/** Which versions may still be used. */
export interface TransitMinimums {
  /** Versions below do not sign; 0 lets all of them. */
  readonly minEncryptionVersion?: number
  /** Versions below are archived, and not even listed. */
  readonly minDecryptionVersion?: number
}

const TYPES_BY_BITS = new Map<number, SigningKeyType>([
  [2048, 'rsa-2048'],
  [3072, 'rsa-3072'],
  [4096, 'rsa-4096'],
])

/** The keys of a Transit mount. */
export class TransitKeys {
  readonly #keys = new Map<string, TransitKey>()

  get(name: string): TransitKey | undefined {
    return this.#keys.get(name)
  }

  /** Makes a key that signs, and returns the public half of its first version. */
  create(name: string, type: SigningKeyType = 'rsa-2048'): KeyObject {
    this.#keys.set(name, emptyKey(type))
    return this.#add(name, generate(type))
  }

  /** Imports a private key: what `vault transit import` does, without the wrapping. */
  import(name: string, pem: string): KeyObject {
    const privateKey = createPrivateKey(pem)
    const type = TYPES_BY_BITS.get(privateKey.asymmetricKeyDetails?.modulusLength ?? 0)
    if (type === undefined) throw new TypeError('Transit imports RSA keys of 2048, 3072 and 4096 bits.')
    this.#keys.set(name, emptyKey(type))
    return this.#add(name, privateKey)
  }

  /** A key that encrypts and cannot sign. */
  createSymmetric(name: string): void {
    this.#keys.set(name, {
      ...emptyKey('aes256-gcm96'),
      latestVersion: 1,
      versions: new Map([[1, undefined]]),
    })
  }

  /** Adds a version, which signs from now on: a new one, or one that is imported. */
  rotate(name: string, pem?: string): KeyObject {
    const { type } = this.#key(name)
    if (type === 'aes256-gcm96') throw new TypeError(`${name} does not sign.`)
    return this.#add(name, pem === undefined ? generate(type) : createPrivateKey(pem))
  }

  /** https://developer.hashicorp.com/vault/api-docs/secret/transit#update-key-configuration */
  configure(name: string, minimums: TransitMinimums): void {
    Object.assign(this.#key(name), minimums)
  }

  delete(name: string): void {
    this.#keys.delete(name)
  }

  #add(name: string, privateKey: KeyObject): KeyObject {
    const key = this.#key(name)
    key.latestVersion += 1
    key.versions.set(key.latestVersion, privateKey)
    return createPublicKey(privateKey)
  }

  #key(name: string): TransitKey {
    const key = this.#keys.get(name)
    if (key === undefined) throw new TypeError(`There is no Transit key ${name}.`)
    return key
  }
}

function emptyKey(type: TransitKey['type']): TransitKey {
  return { type, versions: new Map(), latestVersion: 0, minEncryptionVersion: 0, minDecryptionVersion: 1 }
}

function generate(type: SigningKeyType): KeyObject {
  if (type === 'ed25519') return generateKeyPairSync('ed25519').privateKey
  if (type === 'ecdsa-p256') return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  return generateKeyPairSync('rsa', { modulusLength: Number(type.slice(4)) }).privateKey
}
