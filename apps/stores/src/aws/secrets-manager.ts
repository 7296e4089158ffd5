import { randomBytes, randomUUID } from 'node:crypto'
import { AwsError } from './aws-error.ts'
import { type AwsInput, type AwsOperation, type AwsPlace, optionalText, requiredText } from './aws-input.ts'

interface SecretVersion {
  readonly id: string
  readonly value: string | Uint8Array
  readonly stages: Set<string>
}

interface Secret {
  readonly name: string
  readonly arn: string
  readonly versions: SecretVersion[]
  isDeleted: boolean
}

/** AWS Secrets Manager (https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html). */
export class SecretsManager {
  readonly operations: Readonly<Record<string, AwsOperation>>
  readonly #secrets = new Map<string, Secret>()
  readonly #place: AwsPlace

  constructor(place: AwsPlace) {
    this.#place = place
    this.operations = { GetSecretValue: (input) => this.#getSecretValue(input) }
  }

  /** All that it holds. */
  get values(): readonly (string | Uint8Array)[] {
    return [...this.#secrets.values()].flatMap(({ versions }) => versions.map(({ value }) => value))
  }

  /** Adds a version, and the secret if there is none; without `stage` it becomes the current one. Returns the version's ID. */
  put(name: string, value: string | Uint8Array, stage: string = 'AWSCURRENT'): string {
    const secret = this.#secrets.get(name) ?? this.#create(name)
    const version = { id: randomUUID(), value, stages: new Set([stage]) }
    const holder = secret.versions.find(({ stages }) => stages.delete(stage))
    if (stage === 'AWSCURRENT' && holder !== undefined) {
      for (const { stages } of secret.versions) stages.delete('AWSPREVIOUS')
      holder.stages.add('AWSPREVIOUS')
    }
    secret.versions.push(version)
    return version.id
  }

  /** The ARN of a secret that exists, with the six characters that AWS appends to the name. */
  arn(name: string): string {
    return this.#find(name).arn
  }

  /** Marks a secret for deletion, as `DeleteSecret` does. */
  delete(name: string): void {
    this.#find(name).isDeleted = true
  }

  #create(name: string): Secret {
    const { region, account } = this.#place
    const suffix = randomBytes(3).toString('hex')
    const arn = `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${suffix}`
    const secret = { name, arn, versions: [], isDeleted: false }
    this.#secrets.set(name, secret)
    return secret
  }

  #find(id: string): Secret {
    for (const secret of this.#secrets.values())
      if ([secret.name, secret.arn, secret.arn.slice(0, -'-xxxxxx'.length)].includes(id)) return secret
    throw new AwsError('ResourceNotFoundException', "Secrets Manager can't find the specified secret.")
  }

  #getSecretValue(input: AwsInput): AwsInput {
    const secret = this.#find(requiredText(input, 'SecretId'))
    if (secret.isDeleted)
      throw new AwsError(
        'InvalidRequestException',
        "You can't perform this operation on the secret because it was marked for deletion.",
      )
    const version = versionOf(secret, input)
    const { value } = version
    return {
      ARN: secret.arn,
      CreatedDate: Date.now() / 1_000,
      Name: secret.name,
      ...(typeof value === 'string'
        ? { SecretString: value }
        : { SecretBinary: Buffer.from(value).toString('base64') }),
      VersionId: version.id,
      VersionStages: [...version.stages],
    }
  }
}

function versionOf({ versions }: Secret, input: AwsInput): SecretVersion {
  const id = optionalText(input, 'VersionId')
  const stage = optionalText(input, 'VersionStage') ?? (id === undefined ? 'AWSCURRENT' : undefined)
  if (id !== undefined && (id.length < 32 || id.length > 64))
    throw new AwsError('InvalidParameterException', 'The parameter VersionId must have 32 to 64 characters.')
  const found = versions.find((version) =>
    id === undefined ? version.stages.has(stage ?? '') : version.id === id,
  )
  const what = id === undefined ? `staging label: ${stage}` : `VersionId: ${id}`
  if (found === undefined)
    throw new AwsError(
      'ResourceNotFoundException',
      `Secrets Manager can't find the specified secret value for ${what}`,
    )
  if (stage !== undefined && !found.stages.has(stage))
    throw new AwsError(
      'InvalidRequestException',
      'You provided a VersionStage that is not associated to the provided VersionId.',
    )
  return found
}
