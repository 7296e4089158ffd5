import type { ErrorFacts } from './error-facts.ts'
import { GITHUB_ERRORS, type GitHubErrorCode } from './github-errors.ts'

/** What fills in an error where the table leaves something open. */
export interface GitHubErrorOptions {
  /** Replaces `{name}` in the message. */
  readonly values?: Readonly<Record<string, string>>
  /** Page below `https://docs.github.com/`, when the table names none. Default `rest`. */
  readonly docs?: string
  /** Entries of the `errors` array of a 422. Default: no such array. */
  readonly errors?: readonly Readonly<Record<string, unknown>>[]
  /** Further members of the body, such as `url` of a redirect. */
  readonly members?: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>>
}

/** A whole answer: what GitHub would send for one error. Usable as the `response` of a fault. */
export interface GitHubErrorResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Readonly<Record<string, unknown>> | string
}

/**
 * Builds GitHub's answer for an error, with the body `{ message, documentation_url, status }`.
 *
 * @example
 * ```ts
 * github.fail({ path: '/app', response: githubError('SECONDARY_RATE_LIMIT', { headers: { 'retry-after': '60' } }) })
 * ```
 */
export function githubError(code: GitHubErrorCode, options: GitHubErrorOptions = {}): GitHubErrorResponse {
  const facts: ErrorFacts = GITHUB_ERRORS[code]
  const message = filledIn(facts.message, (name) => options.values?.[name])
  if (facts.contentType !== undefined) {
    return {
      status: facts.status,
      headers: { 'content-type': facts.contentType, ...options.headers },
      body: message,
    }
  }
  return {
    status: facts.status,
    headers: options.headers ?? {},
    body: {
      message,
      ...options.members,
      ...(options.errors === undefined ? {} : { errors: options.errors }),
      documentation_url: `https://docs.github.com/${facts.docs ?? options.docs ?? 'rest'}`,
      status: String(facts.status),
    },
  }
}

/** A message with its `{name}`s replaced; one that there is no value for stays. */
export function filledIn(message: string, value: (name: string) => string | undefined): string {
  return message.replace(/\{(\w+)\}/g, (placeholder, name: string) => value(name) ?? placeholder)
}
