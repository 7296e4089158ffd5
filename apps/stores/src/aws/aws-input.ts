import { AwsError } from './aws-error.ts'

/** The input of an operation: a JSON object. */
export type AwsInput = Readonly<Record<string, unknown>>

/** Carries out an operation. @throws {AwsError} */
export type AwsOperation = (input: AwsInput) => AwsInput

/** Where everything is: part of every ARN. */
export interface AwsPlace {
  readonly region: string
  readonly account: string
}

/** Reads the body of a call. @throws {AwsError} Unless it is a JSON object. */
export function readInput(body: Buffer): AwsInput {
  try {
    const input: unknown = JSON.parse(body.toString())
    if (typeof input === 'object' && input !== null && !Array.isArray(input)) return input as AwsInput
  } catch {
    // Answered like any other wrong body.
  }
  throw new AwsError('SerializationException', 'The body is no JSON object.')
}

/** A member that may be missing. @throws {AwsError} When it is something else than text. */
export function optionalText(input: AwsInput, member: string): string | undefined {
  const value = input[member]
  if (value === undefined || value === null) return undefined
  if (typeof value === 'string') return value
  throw new AwsError(
    'SerializationException',
    `${member}: class of the value can not be converted to a String`,
  )
}

/** A member that must be there (https://docs.aws.amazon.com/kms/latest/APIReference/CommonErrors.html). @throws {AwsError} */
export function requiredText(input: AwsInput, member: string): string {
  const value = optionalText(input, member)
  if (value !== undefined && value !== '') return value
  const at = `${member.charAt(0).toLowerCase()}${member.slice(1)}`
  throw new AwsError(
    'ValidationException',
    `1 validation error detected: Value null at '${at}' failed to satisfy constraint: Member must not be null`,
  )
}

/** A binary member: base64. @throws {AwsError} Unless it is there, and base64. */
export function requiredBytes(input: AwsInput, member: string): Buffer {
  const value = input[member]
  if (
    typeof value === 'string' &&
    /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(value)
  )
    return Buffer.from(value, 'base64')
  throw new AwsError('SerializationException', `${member} is not base64.`)
}
