import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { type StoredSecret, storedSecret } from '@hubauth/core'
import { askAws, known } from './ask-aws.ts'
import { type AwsClient, checkClient } from './clients.ts'
import { explainAws } from './explain-aws.ts'
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
  client: 'a SecretsManagerClient',
  sdk: '@aws-sdk/client-secrets-manager',
  load: secretsManagerCommands,
}

/** AWS allows 256 characters for a stage, and 64 for an ID. */
const VERSION = /^[^\p{Cc}\p{Z}]{1,256}$/u

/**
 * A secret in AWS Secrets Manager: for `pemKey`, or for the `secrets` of a webhook receiver. Reads the text of the secret, or
 * its bytes as UTF-8, with one call of `GetSecretValue`
 * (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html) each time.
 *
 * `read` throws what {@link storedSecret} says. A secret that is about to be deleted is `STORE_NOT_FOUND`.
 *
 * @throws {TypeError} When an option can never work.
 */
export function awsSecret({ client, secretId, version, timeoutMs }: AwsSecretOptions): StoredSecret {
  checkClient<SecretsManagerClient>(client, SERVICE)
  if (typeof secretId !== 'string' || secretId.trim() === '')
    throw new TypeError('secretId: expected the name or the ARN of a secret.')
  const { selection, named } = selectionOf(version)
  const fetch = async (signal: AbortSignal) => {
    const { SecretString, SecretBinary } = await askAws(SERVICE, ({ GetSecretValueCommand }) =>
      client.send(new GetSecretValueCommand({ SecretId: secretId, ...selection }), { abortSignal: signal }),
    )
    return SecretString ?? new TextDecoder().decode(known(SecretBinary))
  }
  return storedSecret({
    store: SERVICE.store,
    secretId: `${secretId}${named}`,
    timeoutMs,
    fetch,
    explain: (error) => explainAws(error, 'access-denied'),
  })
}

/** What to ask for, and what messages add to the name. @throws {TypeError} Which repeats nothing: keys are pasted anywhere. */
function selectionOf(version: AwsSecretVersion | undefined) {
  if (version === undefined) return { selection: {}, named: '' }
  const { id, stage } = (version ?? {}) as { readonly id?: unknown; readonly stage?: unknown }
  if (isVersion(id) && stage === undefined) return { selection: { VersionId: id }, named: ` version ${id}` }
  if (isVersion(stage) && id === undefined)
    return { selection: { VersionStage: stage }, named: ` stage ${stage}` }
  throw new TypeError("version: expected { id: '…' } or { stage: 'AWSPREVIOUS' }.")
}

function isVersion(value: unknown): value is string {
  return typeof value === 'string' && VERSION.test(value)
}
