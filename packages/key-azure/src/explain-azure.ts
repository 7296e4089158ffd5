import type { StoreProblem } from '@hubauth/core'

/** What errors of the SDKs tell: https://learn.microsoft.com/javascript/api/@azure/core-rest-pipeline/resterror */
interface AzureError {
  readonly name?: unknown
  readonly message?: unknown
  readonly code?: unknown
  readonly statusCode?: unknown
  /** The body: https://learn.microsoft.com/rest/api/keyvault/keys/sign/sign#keyvaulterror */
  readonly details?: { readonly error?: { readonly innerError?: { readonly code?: unknown } } }
}

/** https://learn.microsoft.com/azure/key-vault/general/rest-error-codes */
const STATUSES: ReadonlyMap<unknown, StoreProblem> = new Map([
  [401, 'access-denied'],
  [403, 'access-denied'],
  [404, 'not-found'],
  [429, 'throttled'],
])

/** What `@azure/identity` throws when it has no token: https://learn.microsoft.com/javascript/api/@azure/identity */
const NO_TOKEN: ReadonlySet<unknown> = new Set([
  'AggregateAuthenticationError',
  'AuthenticationError',
  'AuthenticationRequiredError',
  'CredentialUnavailableError',
])

const INACTIVE_CODE = /^(?:Key|Secret)(?:Disabled|Expired|NotYetValid|OperationForbidden)$/
/** What the vault says, and what the SDK says by itself before it asks. */
const INACTIVE_MESSAGE =
  /\b(?:disabled|expired) (?:key|secret)\b|not permitted on this key|not supported on key|^Key \S+ (?:expired at|can't be used before)/

/** What the SDK says of a vault at `http:`, with its URL, before it asks. */
const INSECURE_MESSAGE = /^Cannot connect to http:/

/** Whether the state of an entry forbids what was asked for. The vault answers that with 403, as it does to strangers. */
export function isInactive(error: unknown): boolean {
  const { message, details } = fieldsOf(error)
  const code = details?.error?.innerError?.code
  if (typeof code === 'string') return INACTIVE_CODE.test(code)
  return typeof message === 'string' && INACTIVE_MESSAGE.test(message)
}

/** What an error of the SDKs means; undefined when its text may quote what the vault holds. */
export function explainAzure(error: unknown): StoreProblem | undefined {
  const { name, code, statusCode, message } = fieldsOf(error)
  // An answer that could not be parsed is quoted in full, whatever its status.
  if (code === 'PARSE_ERROR') return undefined
  if (isInactive(error)) return 'unusable'
  if (typeof statusCode === 'number' && statusCode >= 500) return 'unavailable'
  if (name === 'RestError' && statusCode === undefined) return 'unavailable'
  if (typeof message === 'string' && INSECURE_MESSAGE.test(message)) return 'unavailable'
  if (name === 'AbortError') return 'timeout'
  return STATUSES.get(statusCode) ?? (NO_TOKEN.has(name) ? 'access-denied' : undefined)
}

/** The status of the vault's answer, if there was one. */
export function statusOf(error: unknown): unknown {
  return fieldsOf(error).statusCode
}

function fieldsOf(error: unknown): AzureError {
  return (error ?? {}) as AzureError
}
