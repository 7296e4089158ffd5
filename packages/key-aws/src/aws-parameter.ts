import type { SSMClient } from '@aws-sdk/client-ssm'
import { type StoredSecret, storedSecret } from '@hubauth/core'
import { askAws, known } from './ask-aws.ts'
import { type AwsClient, checkClient } from './clients.ts'
import { explainAws } from './explain-aws.ts'
import { ssmCommands } from './sdk-commands.ts'

/** Options of {@link awsParameter}. */
export interface AwsParameterOptions {
  /** An `SSMClient` for the region of the parameter. */
  readonly client: AwsClient
  /**
   * Name, such as `/github/app`, or ARN. With `:3` at its end it is version 3, with `:live` the version that has this
   * label; else the latest.
   */
  readonly name: string
  /** For one read with all its retries, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
}

const SERVICE = {
  store: 'AWS Parameter Store',
  serviceId: 'SSM',
  client: 'an SSMClient',
  sdk: '@aws-sdk/client-ssm',
  load: ssmCommands,
}

/**
 * A parameter in AWS Systems Manager Parameter Store: for `pemKey`, or for the `secrets` of a webhook receiver. Decrypts it
 * with one call of `GetParameter`
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html) each time.
 *
 * Make it a `SecureString`: parameters of the other types are read as well, but AWS keeps them in plain text. The values of a
 * `StringList` become lines, as several webhook secrets are. A parameter has at most 4 KB, or 8 KB in the advanced tier.
 *
 * `read` throws what {@link storedSecret} says.
 *
 * @throws {TypeError} When an option can never work.
 */
export function awsParameter({ client, name, timeoutMs }: AwsParameterOptions): StoredSecret {
  checkClient<SSMClient>(client, SERVICE)
  if (typeof name !== 'string' || name.trim() === '')
    throw new TypeError('name: expected the name or the ARN of a parameter.')
  const fetch = async (signal: AbortSignal) => {
    const { Parameter } = await askAws(SERVICE, ({ GetParameterCommand }) =>
      client.send(new GetParameterCommand({ Name: name, WithDecryption: true }), { abortSignal: signal }),
    )
    const value = known(Parameter?.Value)
    return Parameter?.Type === 'StringList' ? value.replaceAll(',', '\n') : value
  }
  return storedSecret({
    store: SERVICE.store,
    secretId: name,
    timeoutMs,
    fetch,
    explain: (error) => explainAws(error, 'access-denied'),
  })
}
