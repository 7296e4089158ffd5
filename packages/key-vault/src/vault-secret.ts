import { HubauthError, type StoredSecret, storedSecret } from '@hubauth/core'
import { askVault } from './ask-vault.ts'
import { explainVault } from './explain-vault.ts'
import { fieldsOf } from './fields.ts'
import { entryId, vaultPath } from './place.ts'
import { checkClient, type VaultClient } from './vault-client.ts'
import { VaultError } from './vault-error.ts'

const STORE = 'Vault'

/** Options of {@link vaultSecret}. */
export interface VaultSecretOptions {
  /** Made by `vaultClient`; a client of `node-vault` fits as well. */
  readonly client: VaultClient
  /** Below the mount and without `data/`, such as `github/acme`. */
  readonly path: string
  /** Where KV version 2 is mounted. Default `secret`. */
  readonly mount?: string | undefined
  /** The number of a version. Default: the latest. */
  readonly version?: number | undefined
  /** For one read with login and all, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
}

/**
 * A secret of KV version 2 in Vault: for `pemKey`, or for the `secrets` of a webhook receiver. Reads it with one call each time
 * (https://developer.hashicorp.com/vault/api-docs/secret/kv/kv-v2#read-secret-version).
 *
 * A secret there always has fields, and one of them must be named: `vaultSecret({ client, path }).field('private_key')`.
 * Without it `read` throws `STORE_FIELD_MISSING`, also when there is only one: a second one must not change anything.
 *
 * `read` throws what {@link storedSecret} says. A version that is deleted or destroyed is `STORE_NOT_FOUND`, a refused
 * login `STORE_ACCESS_DENIED`.
 *
 * @throws {TypeError} When an option can never work.
 */
export function vaultSecret(options: VaultSecretOptions): StoredSecret {
  const { client, path, mount = 'secret', version, timeoutMs } = options
  checkClient(client)
  const secretId = entryId({ mount, name: path, version })
  const query = version === undefined ? '' : `?version=${version}`
  const url = `${vaultPath('mount', mount)}/data/${vaultPath('path', path)}${query}`
  const document = storedSecret({
    store: STORE,
    secretId,
    explain: explainVault,
    timeoutMs,
    async fetch(signal) {
      const body = await askVault(() => client.read(url, { signal }))
      return documentOf(body)
    },
  })
  const { place } = document
  return {
    place,
    field: (name) => document.field(name),
    async read({ signal } = {}) {
      signal?.throwIfAborted()
      throw new HubauthError('STORE_FIELD_MISSING', `${STORE} keeps fields in ${secretId}; none was named.`, {
        details: place,
        remedy: "Name the one to use: vaultSecret({ … }).field('private_key').",
      })
    },
  }
}

function documentOf(body: unknown): string {
  const { data } = fieldsOf(fieldsOf(body).data)
  if (typeof data === 'object' && data !== null) return JSON.stringify(data)
  throw new VaultError('UNREADABLE', 'Vault did not answer with a secret of KV version 2.')
}
