import { checkClient, HubauthError, type StoredSecret, storedSecret } from '@hubauth/core'
import type { AzureSecretClient } from './clients.ts'
import { explainAzure, isInactive } from './explain-azure.ts'
import { entryId, STORE } from './place.ts'

/** Options of {@link azureSecret}. */
export interface AzureSecretOptions {
  /** A `SecretClient` of `@azure/keyvault-secrets`; it knows the vault. */
  readonly client: AzureSecretClient
  /** The secret's name in the vault. */
  readonly name: string
  /** The one version to read. Default: the latest, which follows a rotation. */
  readonly version?: string | undefined
  /** For one read with all retries of the client, and with getting a token, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
}

const EXPECTED = { methods: ['getSecret'], name: 'a SecretClient', sdk: '@azure/keyvault-secrets' }

/**
 * A secret in Azure Key Vault: for `pemKey`, or for the `secrets` of a webhook receiver. Reads its text with one call each time
 * (https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret).
 *
 * `read` throws what {@link storedSecret} says. A secret that is disabled is `STORE_NOT_FOUND`.
 *
 * @throws {TypeError} When an option can never work.
 */
export function azureSecret(options: AzureSecretOptions): StoredSecret {
  const { client, name, version, timeoutMs } = options
  checkClient(client, EXPECTED)
  const secretId = entryId(options)
  return storedSecret({
    store: STORE,
    secretId,
    timeoutMs,
    explain: explainAzure,
    fetch: async (abortSignal) => {
      try {
        const { value } = await client.getSecret(name, {
          abortSignal,
          ...(version !== undefined && { version }),
        })
        if (typeof value === 'string') return value
      } catch (cause) {
        throw isInactive(cause) ? disabled(secretId, cause) : cause
      }
      throw new Error('The answer has no value.')
    },
  })
}

/** The identity may read it, and nothing about roles would help: so this is no refusal. */
function disabled(secretId: string, cause: unknown): HubauthError {
  return new HubauthError('STORE_NOT_FOUND', `${STORE} does not give out ${secretId}: it is disabled.`, {
    details: { store: STORE, secretId },
    remedy: 'Enable it there, or name another version.',
    cause,
  })
}
