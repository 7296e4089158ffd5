import type { StoreProblem } from '@hubauth/core'
import { VaultError } from './vault-error.ts'

const PROBLEMS: Readonly<Record<string, StoreProblem>> = {
  LOGIN_REFUSED: 'access-denied',
  LOGIN_INVALID: 'access-denied',
  HTTP_401: 'access-denied',
  HTTP_403: 'access-denied',
  HTTP_404: 'not-found',
  VERSION_DELETED: 'not-found',
  VERSION_DESTROYED: 'not-found',
  VERSION_MISSING: 'not-found',
  HTTP_429: 'throttled',
  KEY_TYPE: 'unusable',
}

/** What an error means; whatever is not listed is a Vault that cannot answer now. */
export function explainVault(error: unknown): StoreProblem | undefined {
  return error instanceof VaultError ? PROBLEMS[error.code] : undefined
}
