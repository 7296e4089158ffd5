import { AwsError } from './aws-error.ts'
import { type AwsInput, type AwsOperation, type AwsPlace, requiredText } from './aws-input.ts'

/** What a parameter is (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_Parameter.html). */
export type ParameterType = 'String' | 'StringList' | 'SecureString'

/** How a parameter is put. */
export interface PutParameterOptions {
  /** Default `SecureString`. */
  readonly type?: ParameterType | undefined
  /** A label for the new version; it moves there from another. */
  readonly label?: string | undefined
}

interface ParameterVersion {
  readonly value: string
  readonly type: ParameterType
  readonly labels: Set<string>
}

/**
 * AWS Systems Manager Parameter Store
 * (https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetParameter.html).
 */
export class ParameterStore {
  readonly operations: Readonly<Record<string, AwsOperation>>
  readonly #parameters = new Map<string, ParameterVersion[]>()
  readonly #place: AwsPlace

  constructor(place: AwsPlace) {
    this.#place = place
    this.operations = { GetParameter: (input) => this.#getParameter(input) }
  }

  /** All that it holds. */
  get values(): readonly string[] {
    return [...this.#parameters.values()].flat().map(({ value }) => value)
  }

  /** Adds a version, and the parameter if there is none. Returns the number of the version. */
  put(name: string, value: string, { type = 'SecureString', label }: PutParameterOptions = {}): number {
    const versions = this.#parameters.get(name) ?? []
    this.#parameters.set(name, versions)
    const labels = new Set(label === undefined ? [] : [label])
    for (const version of versions) if (label !== undefined) version.labels.delete(label)
    return versions.push({ value, type, labels })
  }

  /** The ARN of a parameter. */
  arn(name: string): string {
    const { region, account } = this.#place
    return `arn:aws:ssm:${region}:${account}:parameter${name.startsWith('/') ? '' : '/'}${name}`
  }

  #getParameter(input: AwsInput): AwsInput {
    const { name, selector } = this.#nameOf(requiredText(input, 'Name'))
    const versions = this.#parameters.get(name)
    // The real service has no message here either.
    if (versions === undefined) throw new AwsError('ParameterNotFound', '')
    const number = numberOf(versions, name, selector)
    const version = versions[number - 1]
    if (version === undefined) throw new AwsError('ParameterVersionNotFound', missing(name, selector))
    const isReadable = version.type !== 'SecureString' || input.WithDecryption === true
    return {
      Parameter: {
        ARN: this.arn(name),
        DataType: 'text',
        LastModifiedDate: Date.now() / 1_000,
        Name: name,
        ...(selector !== undefined && { Selector: `:${selector}` }),
        Type: version.type,
        Value: isReadable ? version.value : Buffer.from('still encrypted').toString('base64'),
        Version: number,
      },
    }
  }

  #nameOf(text: string): { readonly name: string; readonly selector: string | undefined } {
    const prefix = this.arn('')
    const local = text.startsWith(prefix) ? text.slice(prefix.length) : text
    const [path = '', selector, ...rest] = local.split(':')
    if (rest.length > 0 || selector === '' || !/^[\w.\-/]+$/.test(path))
      throw new AwsError('ValidationException', 'Parameter name: can only consist of letters, digits and .-_')
    // In an ARN the slash after `parameter` stands for the one that begins a path.
    return { name: this.#parameters.has(path) || local === text ? path : `/${path}`, selector }
  }
}

/** Versions count from 1; a selector of digits is a version, any other a label. */
function numberOf(versions: readonly ParameterVersion[], name: string, selector: string | undefined): number {
  if (selector === undefined) return versions.length
  if (/^\d+$/.test(selector)) return Number(selector)
  const at = versions.findIndex(({ labels }) => labels.has(selector))
  if (at === -1) throw new AwsError('ParameterVersionNotFound', missing(name, selector))
  return at + 1
}

function missing(name: string, selector: string | undefined): string {
  return `Systems Manager could not find version ${selector} of ${name}. Verify the version and try again.`
}
