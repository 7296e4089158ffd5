import type { StoreExplanation, StoreProblem } from '@hubauth/core'
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
  REDIRECTED: 'unavailable',
}

/** Those that are ours, and say what to do. */
const TOLD: ReadonlySet<string> = new Set(['LOGIN_INVALID', 'KEY_TYPE', 'REDIRECTED'])

/** What an error means; whatever is not listed is a Vault that cannot answer now. */
export function explainVault(error: unknown): StoreExplanation | undefined {
  if (!(error instanceof VaultError)) return undefined
  const { code, message } = error
  const problem = PROBLEMS[code]
  return problem !== undefined && TOLD.has(code) ? { problem, remedy: message } : problem
}
