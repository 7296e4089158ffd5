import { constants, createPublicKey, type KeyObject, sign } from 'node:crypto'
import type { StoreAnswer } from '../store-server.ts'
import { dataAnswer, errorAnswer, multierror, type VaultCall, type VaultMount } from './envelope.ts'
import type { TransitKey, TransitKeys } from './transit-keys.ts'

const HASHES = new Map(
  ['sha1', 'sha2-224', 'sha2-256', 'sha2-384', 'sha2-512'].map((name) => [
    name,
    name.replace('sha2-', 'sha'),
  ]),
)
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** The secrets engine Transit: https://developer.hashicorp.com/vault/api-docs/secret/transit. */
export class TransitMount implements VaultMount {
  readonly #keys: TransitKeys
  readonly #now: () => number

  constructor(keys: TransitKeys, now: () => number) {
    this.#keys = keys
    this.#now = now
  }

  answer({ method, path, data }: VaultCall): StoreAnswer | undefined {
    const [kind, name = '', algorithm, ...rest] = path.split('/')
    if (rest.length > 0) return undefined
    if (kind === 'keys' && algorithm === undefined && method === 'GET') return this.#read(name)
    if (kind === 'sign' && method === 'POST') return this.#sign(name, algorithm, data)
    return kind === 'keys' || kind === 'sign' ? errorAnswer(405, 'unsupported operation') : undefined
  }

  /** https://developer.hashicorp.com/vault/api-docs/secret/transit#read-key */
  #read(name: string): StoreAnswer {
    const key = this.#keys.get(name)
    if (key === undefined) return errorAnswer(404)
    const { type, latestVersion, minDecryptionVersion, minEncryptionVersion } = key
    const versions = [...key.versions].filter(([version]) => version >= minDecryptionVersion)
    return dataAnswer({
      name,
      type,
      derived: false,
      exportable: false,
      deletion_allowed: false,
      imported_key: false,
      latest_version: latestVersion,
      min_available_version: 0,
      min_decryption_version: minDecryptionVersion,
      min_encryption_version: minEncryptionVersion,
      supports_encryption: !/^(ed|ec)/.test(type),
      supports_signing: type !== 'aes256-gcm96',
      keys: Object.fromEntries(versions.map(([version, each]) => [version, this.#listed(type, each)])),
    })
  }

  /** Symmetric keys are listed as the second of their creation, Ed25519 keys as base64 of their bytes. */
  #listed(type: TransitKey['type'], key: KeyObject | undefined): unknown {
    const seconds = Math.floor(this.#now() / 1_000)
    if (key === undefined) return seconds
    const publicKey = createPublicKey(key)
    const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32).toString('base64')
    return {
      certificate_chain: '',
      creation_time: new Date(seconds * 1_000).toISOString(),
      name: type === 'ecdsa-p256' ? 'P-256' : type,
      public_key: type === 'ed25519' ? raw : publicKey.export({ type: 'spki', format: 'pem' }).toString(),
    }
  }

  /** https://developer.hashicorp.com/vault/api-docs/secret/transit#sign-data; the texts are those of path_sign_verify.go. */
  #sign(name: string, path: string | undefined, data: VaultCall['data']): StoreAnswer {
    const algorithm = String(path ?? data.hash_algorithm ?? 'sha2-256')
    const hash = HASHES.get(algorithm)
    if (hash === undefined) return errorAnswer(400, `invalid hash algorithm "${algorithm}"`)
    const key = this.#keys.get(name)
    if (key === undefined) return errorAnswer(400, 'signing key not found')
    if (key.type === 'aes256-gcm96') return errorAnswer(400, `key type ${key.type} does not support signing`)
    const input = typeof data.input === 'string' ? data.input : ''
    if (!BASE64.test(input))
      return errorAnswer(400, 'unable to decode input as base64: illegal base64 data at input byte 0')
    if (data.prehashed === true) return errorAnswer(400, 'this server hashes what it signs')
    const version = Number(data.key_version ?? 0) || key.latestVersion
    const privateKey = key.versions.get(version)
    const refused = 'requested version for signing is'
    // In Vault, nobody makes answers of these errors, so they come as errors of the server.
    if (privateKey === undefined)
      return errorAnswer(500, multierror(`${refused} higher than the latest key version`))
    if (version < key.minEncryptionVersion)
      return errorAnswer(500, multierror(`${refused} less than the minimum encryption key version`))
    const signature = signed({ privateKey, hash, data, bytes: Buffer.from(input, 'base64') })
    return dataAnswer({
      signature: `vault:v${version}:${signature.toString('base64')}`,
      key_version: version,
    })
  }
}

interface Signing {
  readonly privateKey: KeyObject
  readonly hash: string
  readonly data: VaultCall['data']
  readonly bytes: Uint8Array
}

/** Without `signature_algorithm`, Transit signs with PSS. */
function signed({ privateKey: key, hash, data, bytes }: Signing): Buffer {
  if (key.asymmetricKeyType === 'ed25519') return sign(null, bytes, key)
  if (key.asymmetricKeyType !== 'rsa') return sign(hash, bytes, key)
  const isPkcs1 = data.signature_algorithm === 'pkcs1v15'
  const padding = isPkcs1 ? constants.RSA_PKCS1_PADDING : constants.RSA_PKCS1_PSS_PADDING
  return sign(hash, bytes, { key, padding })
}
