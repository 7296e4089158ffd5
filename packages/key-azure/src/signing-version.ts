import { HubauthError, type PublicKeyInput } from '@hubauth/core'
import type { AzureKeyClient, AzureKeyVersion } from './clients.ts'
import { explainAzure } from './explain-azure.ts'
import { STORE, type VaultEntry } from './place.ts'

type Signer = ReturnType<AzureKeyClient['getCryptographyClient']>

/**
 * The version of a key that signs: the one whose public half was read last, so that both are always of the same version. A
 * cryptography client without a version would sign with a new one before its public half is known.
 */
export class SigningVersion {
  readonly #client: AzureKeyClient
  readonly #entry: VaultEntry
  readonly #keyId: string
  #signer: Signer | undefined

  constructor(options: VaultEntry & { readonly client: AzureKeyClient }, keyId: string) {
    this.#client = options.client
    this.#entry = options
    this.#keyId = keyId
  }

  /** Reads the public half, and signs with its version from now on. @throws {HubauthError} `KEY_INVALID`. */
  async read(abortSignal: AbortSignal): Promise<PublicKeyInput> {
    return (await this.#renew(abortSignal)).publicKey
  }

  /** RS256: https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#signverify */
  async sign(input: Uint8Array, abortSignal: AbortSignal): Promise<Uint8Array> {
    const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', input))
    const signed = async (signer: Signer) =>
      new Uint8Array((await signer.sign('RS256', digest, { abortSignal })).result)
    try {
      return await signed(this.#signer ?? (await this.#renew(abortSignal)).signer)
    } catch (error) {
      // Who has rotated a key disables the version before; and the client remembers dates that were changed since.
      if (!['unusable', 'not-found'].includes(explainAzure(error) ?? '')) throw error
      return signed((await this.#renew(abortSignal)).signer)
    }
  }

  async #renew(abortSignal: AbortSignal): Promise<{ signer: Signer; publicKey: PublicKeyInput }> {
    const { name, version } = this.#entry
    const read = await this.#client.getKey(name, { abortSignal, ...(version !== undefined && { version }) })
    const why = whyNot(read)
    if (why !== undefined)
      throw new HubauthError('KEY_INVALID', `${STORE} cannot sign with ${this.#keyId}: ${why}.`, {
        details: { store: STORE, secretId: this.#keyId },
        remedy: 'Correct that in the vault, or use another key or version.',
      })
    const keyVersion = read.properties.version
    const signer = oneFirst(
      this.#client.getCryptographyClient(name, keyVersion === undefined ? {} : { keyVersion }),
    )
    this.#signer = signer
    return { signer, publicKey: { kty: 'RSA', n: read.key?.n, e: read.key?.e } }
  }
}

/** A cryptography client reads the key for itself before it signs; those who come meanwhile wait, or each would read it. */
function oneFirst(signer: Signer): Signer {
  let first: Promise<unknown> | undefined
  return {
    async sign(...call) {
      if (first !== undefined) await first
      const signing = signer.sign(...call)
      first ??= signing.catch(() => undefined)
      return signing
    },
  }
}

/** Why a key cannot sign for GitHub. Sizes are checked with the public key. */
function whyNot({ key, keyOperations, properties }: AzureKeyVersion): string | undefined {
  const { enabled, notBefore, expiresOn } = properties
  const now = Date.now()
  if (!/^RSA(?:-HSM)?$/.test(key?.kty ?? ''))
    return `its type is ${/^[\w-]{1,20}$/.exec(key?.kty ?? '')?.[0] ?? 'unknown'}, and GitHub accepts RSA only`
  if (enabled === false) return 'it is disabled'
  if (notBefore !== undefined && notBefore.getTime() > now)
    return `it may not be used before ${notBefore.toISOString()}`
  if (expiresOn !== undefined && expiresOn.getTime() <= now) return `it expired at ${expiresOn.toISOString()}`
  if (keyOperations !== undefined && !keyOperations.includes('sign'))
    return 'its permitted operations do not include sign'
  return undefined
}
