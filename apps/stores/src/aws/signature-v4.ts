import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { StoreCall } from '../store-server.ts'
import { AwsError } from './aws-error.ts'

/** An access key of an IAM user. */
export interface AwsCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
}

/** What a call must be signed for. */
export interface SignatureScope {
  readonly region: string
  /** The name of the service in the credential scope, such as `secretsmanager`. */
  readonly service: string
  readonly credentials: AwsCredentials
}

/** How old a signature may be, or how far ahead. */
const MAX_SKEW_MS = 5 * 60_000

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=(?<id>[^/\s]+)\/(?<scope>[^,\s]+), ?SignedHeaders=(?<signed>[^,\s]+), ?Signature=(?<signature>[0-9a-f]{64})$/

/**
 * Checks Signature Version 4 of a call (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html).
 * The refusals are those of
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html, with the names of the JSON protocol.
 *
 * @throws {AwsError} Unless the call is signed with the credentials, for this region and service, and now.
 */
export function checkSignature(call: StoreCall, { region, service, credentials }: SignatureScope): void {
  const { authorization } = call.headers
  if (authorization === undefined)
    throw new AwsError('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const { id, scope, signed, signature } = AUTHORIZATION.exec(authorization)?.groups ?? {}
  if (id === undefined || scope === undefined || signed === undefined || signature === undefined)
    throw new AwsError('IncompleteSignatureException', 'Authorization header requires its four parts.')
  if (id !== credentials.accessKeyId || call.headers['x-amz-security-token'] !== undefined)
    throw new AwsError(
      'UnrecognizedClientException',
      'The security token included in the request is invalid.',
    )
  const time = headerOf(call, 'x-amz-date')
  checkTime(time)
  checkScope(scope, `${time.slice(0, 8)}/${region}/${service}/aws4_request`)
  const names = signed.split(';')
  checkSignedHeaders(call, names)
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest(call, names))].join('\n')
  const expected = hmac(signingKey(credentials.secretAccessKey, scope), text)
  if (timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return
  throw invalid(
    'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
  )
}

function checkTime(time: string): void {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? []
  const at = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  if (!(Math.abs(Date.now() - at) <= MAX_SKEW_MS))
    throw invalid(`Signature expired or not yet current: ${time}`)
}

function checkScope(scope: string, expected: string): void {
  if (scope === expected) return
  const [, region, service] = scope.split('/')
  const [, ownRegion, ownService] = expected.split('/')
  if (region !== ownRegion) throw invalid('Credential should be scoped to a valid region.')
  if (service !== ownService)
    throw invalid(`Credential should be scoped to correct service: '${ownService}'.`)
  throw invalid('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP.')
}

/** The host and all that AWS reads from headers must be signed. */
function checkSignedHeaders({ headers }: StoreCall, names: readonly string[]): void {
  const needed = Object.keys(headers).filter(
    (name) => name === 'host' || name === 'content-type' || name.startsWith('x-amz-'),
  )
  const missing = needed.find((name) => !names.includes(name))
  if (missing !== undefined) throw invalid(`'${missing}' must be a 'SignedHeader' in the AWS Authorization.`)
}

function canonicalRequest(call: StoreCall, names: readonly string[]): string {
  const lines = names.map((name) => `${name}:${headerOf(call, name).trim().replace(/ +/g, ' ')}\n`)
  const parameters = [...call.url.searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).sort()
  return [
    call.method,
    call.url.pathname,
    parameters.join('&'),
    lines.join(''),
    names.join(';'),
    sha256(call.body),
  ].join('\n')
}

function headerOf({ headers }: StoreCall, name: string): string {
  const value = headers[name]
  if (typeof value !== 'string')
    throw new AwsError('IncompleteSignatureException', `The header '${name}' is missing.`)
  return value
}

function signingKey(secretAccessKey: string, scope: string): Buffer {
  return scope
    .split('/')
    .reduce<Buffer>((key, part) => hmac(key, part), Buffer.from(`AWS4${secretAccessKey}`))
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest()
}

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

function invalid(message: string): AwsError {
  return new AwsError('InvalidSignatureException', message)
}
