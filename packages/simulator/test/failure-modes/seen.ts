import { GITHUB_ERRORS, type GitHubErrorCode } from '../../src/index.ts'
import type { Answer } from '../support/test-github.ts'

/** An endpoint that takes a token of acme with `issues: read`. */
export const ISSUES = 'GET /repos/acme/api/issues'

/** What a client sees: a status and GitHub's words. */
export function seen({ status, json }: Answer): unknown[] {
  return [status, typeof json === 'string' ? json : json.message]
}

/** What the table promises. */
export function promised(code: GitHubErrorCode, values: Readonly<Record<string, string>> = {}): unknown[] {
  const { status, message } = GITHUB_ERRORS[code]
  return [status, message.replace(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '')]
}
