import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type StoredSecret, storedSecret } from '@hubauth/core'
import { type AwsClient, callAws, checkClient, known } from './aws-service.ts'
import { explainSecretError } from './explain-error.ts'
import { secretsManagerCommands } from './sdk-commands.ts'

/** A version of a secret: one by its ID, which never changes, or the one at a stage, such as `AWSPREVIOUS`. */
export type AwsSecretVersion = { readonly id: string } | { readonly stage: string }

/** Options of {@link awsSecret}. */
export interface AwsSecretOptions {
  /** A `SecretsManagerClient` for the region of the secret. */
  readonly client: AwsClient
  /** Name or ARN; the ARN for a secret of another account. */
  readonly secretId: string
  /** Which version to read. Default: the one at the stage `AWSCURRENT`, whichever it is by then. */
  readonly version?: AwsSecretVersion | undefined
  /** For one read with all its retries, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
}

const SERVICE = {
  store: 'AWS Secrets Manager',
  serviceId: 'Secrets Manager',
  client: 'SecretsManagerClient',
  sdk: '@aws-sdk/client-secrets-manager',
  load: secretsManagerCommands,
}

/** AWS allows 256 characters for a stage, and 64 for an ID. */
const MAX_VERSION_LENGTH = 256

/**
 * A secret in AWS Secrets Manager: for `pemKey`, or for the `secrets` of a webhook receiver. Reads the text of the secret, or
 * its bytes as UTF-8, with one call of `GetSecretValue`
 * (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html) each time.
 *
 * `read` throws what every {@link StoredSecret} throws. A secret that is about to be deleted is `STORE_NOT_FOUND`.
 *
 * @throws {TypeError} When an option can never work.
 */
export function awsSecret({ client, secretId, version, timeoutMs }: AwsSecretOptions): StoredSecret {
  checkClient<SecretsManagerClient>(client, SERVICE)
  const selection = selectionOf(version)
  const fetch = async (signal: AbortSignal) => {
    const { SecretString, SecretBinary } = await callAws(SERVICE, ({ GetSecretValueCommand }) =>
      client.send(new GetSecretValueCommand({ SecretId: secretId, ...selection }), { abortSignal: signal }),
    )
    return SecretString ?? new TextDecoder().decode(known(SecretBinary))
  }
  return storedSecret({ store: SERVICE.store, secretId, fetch, explain: explainSecretError, timeoutMs })
}

/** @throws {TypeError} Which does not repeat the value: keys are pasted where names belong. */
function selectionOf(version: AwsSecretVersion | undefined): { VersionId?: string; VersionStage?: string } {
  if (version === undefined) return {}
  const { id, stage } = (version ?? {}) as { readonly id?: unknown; readonly stage?: unknown }
  if (isName(id) && stage === undefined) return { VersionId: id }
  if (isName(stage) && id === undefined) return { VersionStage: stage }
  throw new TypeError("version: expected { id: '…' } or { stage: 'AWSPREVIOUS' }.")
}

function isName(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length <= MAX_VERSION_LENGTH &&
    /\S/.test(value) &&
    !/-----|\p{Cc}/u.test(value)
  )
}
