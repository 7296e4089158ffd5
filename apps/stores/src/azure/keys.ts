import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto'
import { signDigest } from '../sign-digest.ts'
import { badParameter, notFound, VaultRefusal } from './answers.ts'
import type { Target } from './secrets.ts'
import { attributesOf, type EntryState, type Version, Versions } from './versions.ts'

/** How a key is imported. */
export interface ImportOptions extends EntryState {
  /** Default: all that such a key can do. */
  readonly keyOps?: readonly string[] | undefined
  /** Keep it in an HSM: RSA-HSM, EC-HSM. Default false. */
  readonly hsm?: boolean | undefined
}

interface StoredKey {
  readonly privateKey: KeyObject
  readonly kty: string
  readonly keyOps: readonly string[]
}

/** https://learn.microsoft.com/azure/key-vault/keys/about-keys#key-types-and-protection-methods */
const SIZES: readonly unknown[] = [2048, 3072, 4096]
const RSA_OPS = ['encrypt', 'decrypt', 'sign', 'verify', 'wrapKey', 'unwrapKey']
const SHA256_BYTES = 32

/** The keys of the vault. */
export class Keys extends Versions<StoredKey> {
  /** Imports a private key (PEM) as a new version, and returns its ID. @throws {TypeError} As the vault refuses it. */
  import(name: string, pem: string, { keyOps, hsm = false, ...state }: ImportOptions = {}): string {
    const privateKey = createPrivateKey(pem)
    const isRsa = privateKey.asymmetricKeyType === 'rsa'
    if (isRsa && !SIZES.includes(privateKey.asymmetricKeyDetails?.modulusLength))
      throw new TypeError('Key Vault has RSA keys of 2048, 3072 and 4096 bits.')
    const kty = `${isRsa ? 'RSA' : 'EC'}${hsm ? '-HSM' : ''}`
    return this.put(
      name,
      { privateKey, kty, keyOps: keyOps ?? (isRsa ? RSA_OPS : ['sign', 'verify']) },
      state,
    )
  }

  /** https://learn.microsoft.com/rest/api/keyvault/keys/get-key/get-key; works for disabled keys, too. */
  read(target: Target): object {
    const found = this.#find(target)
    const { privateKey, kty, keyOps } = found.value
    const { n, e, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' })
    const kid = kidOf(target, found)
    return {
      key: { kid, kty, key_ops: keyOps, ...(n === undefined ? { crv, x, y } : { n, e }) },
      attributes: attributesOf(found),
      tags: {},
    }
  }

  /** https://learn.microsoft.com/rest/api/keyvault/keys/sign/sign; of the algorithms, only RS256 is made here. */
  sign(target: Target, { alg, value }: { readonly alg?: unknown; readonly value?: unknown }): object {
    const found = this.#find(target)
    const kid = kidOf(target, found)
    refuseInactive(found)
    const { privateKey, kty } = found.value
    if (alg !== 'RS256') throw badParameter(`Property alg has invalid value ${alg}`)
    if (!kty.startsWith('RSA'))
      throw badParameter(
        `Key and signing algorithm are incompatible. Key ${kid} is of type '${kty}', and algorithm 'RS256' can only be used with a key of type 'RSA' or 'RSA-HSM'.`,
      )
    const digest =
      typeof value === 'string' && /^[\w-]*$/.test(value) ? Buffer.from(value, 'base64url') : undefined
    if (digest?.length !== SHA256_BYTES)
      throw badParameter(`Invalid length of value: ${digest?.length} bytes. RS256 requires 32 bytes.`)
    return { kid, value: signDigest(privateKey, digest).toString('base64url') }
  }

  #find({ name, version }: Target): Version<StoredKey> {
    const found = this.get(name, version)
    if (found === undefined) throw notFound('key', version === '' ? name : `${name}/${version}`)
    return found
  }
}

/** https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#key-attributes */
function refuseInactive({ value, state }: Version<StoredKey>): void {
  const refuse = (message: string, innerCode: string) => {
    throw new VaultRefusal(403, 'Forbidden', message, innerCode)
  }
  const now = Date.now()
  if (state.enabled === false) refuse('Operation sign is not allowed on a disabled key.', 'KeyDisabled')
  if ((state.expiresOn?.getTime() ?? Number.POSITIVE_INFINITY) <= now)
    refuse('Operation sign is not allowed on an expired key.', 'KeyExpired')
  if ((state.notBefore?.getTime() ?? 0) > now)
    refuse('Operation sign is not allowed on a not yet valid key.', 'KeyNotYetValid')
  if (!value.keyOps.includes('sign'))
    refuse('Operation sign is not permitted on this key.', 'KeyOperationForbidden')
}

function kidOf({ origin, name }: Target, { id }: Version<StoredKey>): string {
  return `${origin}/keys/${name}/${id}`
}
