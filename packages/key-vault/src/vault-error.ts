import { fieldsOf } from './fields.ts'

const MAX_LENGTH = 200
/** PEM blocks, and whatever is as long as a token, a secret ID or a key: Vault quotes what it was sent, rarely. */
const SECRETS = /-----BEGIN[\s\S]*?(?:-----END[A-Z0-9 ]*-----|$)|[A-Za-z0-9+=_.-]{24,}/g

/** What is wrong with a call to Vault: never with a word of what Vault keeps. */
export class VaultError extends Error {
  /**
   * `HTTP_403` and the like; `SEALED`, `VERSION_DELETED`, `VERSION_DESTROYED` and `VERSION_MISSING`; `LOGIN_REFUSED` and
   * `LOGIN_INVALID`, for what a login gave; `REDIRECTED`; `KEY_TYPE`; `UNREADABLE`, for answers that are not Vault's; and for
   * a Vault that cannot be reached the code of the system, such as `ECONNREFUSED`, or `UNREACHABLE`.
   */
  readonly code: string
  /** The HTTP status of Vault's answer, when there was one. */
  readonly statusCode: number | undefined

  constructor(code: string, message: string, statusCode?: number) {
    super(message)
    this.name = 'VaultError'
    this.code = code
    this.statusCode = statusCode
  }
}

/** What an answer with an error status means: https://developer.hashicorp.com/vault/api-docs#http-status-codes. */
export function answerError(status: number, body: unknown): VaultError {
  const { errors, data } = fieldsOf(body)
  if (status === 404) {
    const { deletion_time: deletedAt, destroyed, version } = fieldsOf(fieldsOf(data).metadata)
    if (destroyed === true)
      return new VaultError('VERSION_DESTROYED', `Version ${version} is destroyed.`, status)
    if (typeof deletedAt === 'string' && deletedAt !== '')
      return new VaultError('VERSION_DELETED', `Version ${version} is deleted.`, status)
  }
  const texts = Array.isArray(errors) ? errors.filter((text) => typeof text === 'string') : []
  const text = masked(texts.join(', '))
  const code = status === 503 && text.includes('sealed') ? 'SEALED' : `HTTP_${status}`
  return new VaultError(code, `Vault answered ${status}${text === '' ? '.' : `: ${text}`}`, status)
}

/** The error of any client as one of ours; node-vault keeps Vault's answer in `response`. Others stay what they are. */
export function toVaultError(error: unknown): unknown {
  if (error instanceof VaultError) return error
  const { statusCode, body } = fieldsOf(fieldsOf(error).response)
  return typeof statusCode === 'number' ? answerError(statusCode, body) : error
}

function masked(text: string): string {
  const safe = text
    .replace(SECRETS, '[redacted]')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
  return safe.length > MAX_LENGTH ? `${safe.slice(0, MAX_LENGTH)}…` : safe
}
