import { checkClient, type KeySource, signerKey } from '@hubauth/core'
import type { AzureKeyClient } from './clients.ts'
import { explainAzure, statusOf } from './explain-azure.ts'
import { entryId, STORE } from './place.ts'
import { SigningVersion } from './signing-version.ts'

/** Options of {@link azureKey}. */
export interface AzureKeyOptions {
  /** A `KeyClient` of `@azure/keyvault-keys`, for a key vault or a managed HSM. */
  readonly client: AzureKeyClient
  /** The key's name there. */
  readonly name: string
  /** The one version to sign with. Default: the latest, which follows a rotation. */
  readonly version?: string | undefined
  /** For one call with all retries of the client, and with getting a token, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
  /** Told when the key cannot be read again and the known one stays. Default: printed, at most once a minute. */
  readonly onProblem?: ((error: unknown) => void) | undefined
}

const EXPECTED = {
  methods: ['getKey', 'getCryptographyClient'],
  name: 'a KeyClient',
  sdk: '@azure/keyvault-keys',
  since: '4.4',
}

/**
 * A key in Azure Key Vault or a managed HSM, which signs there and never leaves it
 * (https://learn.microsoft.com/rest/api/keyvault/keys/sign/sign).
 *
 * The public half is read before the first signature, again when GitHub refused one, and when the version that signs was
 * disabled, has expired or is gone; the version that was read last signs. So a signature costs one call.
 *
 * `sign` throws `KEY_INVALID` for a key that is disabled, out of its dates, not meant for signing or no RSA key,
 * `STORE_ACCESS_DENIED`, `STORE_NOT_FOUND`, `STORE_THROTTLED`, `STORE_TIMEOUT`, `STORE_UNAVAILABLE`, or the signal's reason.
 *
 * @throws {TypeError} When an option can never work.
 */
export function azureKey(options: AzureKeyOptions): KeySource {
  const { client, timeoutMs, onProblem } = options
  checkClient(client, EXPECTED)
  const keyId = entryId(options)
  const signing = new SigningVersion(options, keyId)
  return signerKey({
    store: STORE,
    keyId,
    timeoutMs,
    onProblem,
    // Bad Request: the key cannot do what was asked for.
    explain: (error) => explainAzure(error) ?? (statusOf(error) === 400 ? 'unusable' : undefined),
    publicKey: (signal) => signing.read(signal),
    sign: (input, signal) => signing.sign(input, signal),
  })
}
