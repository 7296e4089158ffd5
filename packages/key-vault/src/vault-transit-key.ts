import { type KeySource, type StoreExplanation, signerKey } from '@hubauth/core'
import { askVault } from './ask-vault.ts'
import { explainVault } from './explain-vault.ts'
import { fieldsOf } from './fields.ts'
import { entryId, vaultPath } from './place.ts'
import { checkClient, type VaultClient } from './vault-client.ts'
import { VaultError } from './vault-error.ts'

const STORE = 'Vault Transit'

/** Options of {@link vaultTransitKey}. */
export interface VaultTransitKeyOptions {
  /** Made by `vaultClient`; a client of `node-vault` fits as well. */
  readonly client: VaultClient
  /** The name of the key: of type `rsa-2048`, `rsa-3072` or `rsa-4096`. */
  readonly name: string
  /** Where Transit is mounted. Default `transit`. */
  readonly mount?: string | undefined
  /** The number of a version. Default: the latest, which changes when the key is rotated. */
  readonly version?: number | undefined
  /** For one call with login and all, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
  /** Told when the key cannot be read again and the known one stays. Default: printed, at most once a minute. */
  readonly onProblem?: ((error: unknown) => void) | undefined
}

/**
 * A key in Vault's secrets engine Transit, which signs there and never shows the private key
 * (https://developer.hashicorp.com/vault/api-docs/secret/transit#sign-data).
 *
 * Transit is sent the bytes themselves, not a digest of them: then nothing else can say which hash they were made with. They
 * are a few hundred. `pkcs1v15` is always named, for Transit signs with PSS when it is not.
 *
 * `sign` throws `KEY_INVALID` for a key that is no RSA key and for a version that may not sign, `STORE_ACCESS_DENIED`,
 * `STORE_NOT_FOUND`, `STORE_THROTTLED`, `STORE_TIMEOUT`, `STORE_UNAVAILABLE`, or the signal's reason.
 *
 * @throws {TypeError} When an option can never work.
 */
export function vaultTransitKey(options: VaultTransitKeyOptions): KeySource {
  const { client, name, mount = 'transit', version, timeoutMs, onProblem } = options
  checkClient(client)
  const keyId = entryId({ mount, name, version })
  const root = vaultPath('mount', mount)
  const key = vaultPath('name', name)
  return signerKey({
    store: STORE,
    keyId,
    explain: explainTransit,
    timeoutMs,
    onProblem,
    async publicKey(signal) {
      return publicKeyOf(await askVault(() => client.read(`${root}/keys/${key}`, { signal })), version)
    },
    async sign(input, signal) {
      const data = {
        input: toBase64(input),
        signature_algorithm: 'pkcs1v15',
        ...(version !== undefined && { key_version: version }),
      }
      const path = `${root}/sign/${key}/sha2-256`
      return signatureOf(await askVault(() => client.write(path, data, { signal })))
    },
  })
}

/** The public half of one version: https://developer.hashicorp.com/vault/api-docs/secret/transit#read-key. */
function publicKeyOf(body: unknown, version: number | undefined): string {
  const { type, keys, latest_version: latest } = fieldsOf(fieldsOf(body).data)
  if (typeof type === 'string' && /^(?!rsa-)[\w-]{1,30}$/.test(type))
    throw new VaultError('KEY_TYPE', `Its type is ${type}; GitHub Apps sign with RSA.`)
  const number = String(version ?? latest)
  const { public_key: pem } = fieldsOf(fieldsOf(keys)[number])
  if (typeof pem === 'string') return pem
  throw typeof keys === 'object' && version !== undefined
    ? new VaultError('VERSION_MISSING', `Version ${number} does not exist, or is archived.`)
    : new VaultError('UNREADABLE', 'Vault did not answer with a key of Transit.')
}

/** `vault:v3:` and the signature in base64. */
function signatureOf(body: unknown): Uint8Array {
  const { signature } = fieldsOf(fieldsOf(body).data)
  const base64 = typeof signature === 'string' ? /^vault:v\d+:([A-Za-z0-9+/]+=*)$/.exec(signature)?.[1] : ''
  if (!base64) throw new VaultError('UNREADABLE', 'Vault did not answer with a signature.')
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Transit knows some things by text only: a key that is gone is a bad request, a version that may not sign an error of the server. */
function explainTransit(error: unknown): StoreExplanation | undefined {
  if (!(error instanceof VaultError)) return undefined
  if (error.message.includes('signing key not found')) return 'not-found'
  if (error.code === 'HTTP_400' || error.message.includes('requested version for signing')) return 'unusable'
  return explainVault(error)
}
