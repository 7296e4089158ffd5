import type { StoreProblem } from '@hubauth/core'
import { GcpError } from './gcp-error.ts'

const PROBLEMS: Readonly<Record<string, StoreProblem>> = {
  DEADLINE_EXCEEDED: 'timeout',
  NOT_FOUND: 'not-found',
  NO_CREDENTIALS: 'access-denied',
  PERMISSION_DENIED: 'access-denied',
  RESOURCE_EXHAUSTED: 'throttled',
  UNAUTHENTICATED: 'access-denied',
}

/** What an error means; `refused` is what it means that the request was understood and cannot be served. */
export function explainGcp(error: unknown, refused: StoreProblem): StoreProblem | undefined {
  if (!(error instanceof GcpError)) return undefined
  return ['FAILED_PRECONDITION', 'INVALID_ARGUMENT'].includes(error.code) ? refused : PROBLEMS[error.code]
}
