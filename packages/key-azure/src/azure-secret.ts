import { HubauthError, type StoredSecret, storedSecret } from '@hubauth/core'
import { type AzureSecretClient, hasMethods } from './clients.ts'
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

/**
 * A secret in Azure Key Vault: plain text, or a JSON document with fields. Give it to `pemKey`, or as `secrets` to
 * `createWebhookReceiver`.
 *
 * `read` throws `STORE_ACCESS_DENIED`, `STORE_NOT_FOUND` (also for a disabled secret), `STORE_THROTTLED`, `STORE_TIMEOUT`,
 * `STORE_UNAVAILABLE`, `STORE_FIELD_MISSING`, or the signal's reason.
 * https://learn.microsoft.com/rest/api/keyvault/secrets/get-secret/get-secret
 *
 * @throws {TypeError} For no client, or for a name or a version that no vault can have.
 */
export function azureSecret(options: AzureSecretOptions): StoredSecret {
  const { client, name, version, timeoutMs } = options
  if (!hasMethods(client, 'getSecret'))
    throw new TypeError(
      'client: expected a SecretClient of @azure/keyvault-secrets (npm install @azure/keyvault-secrets).',
    )
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
      throw new TypeError('The answer has no value.')
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
