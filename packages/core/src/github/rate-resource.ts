import type { GitHubHost } from './host.ts'

/** On Enterprise Server, GraphQL is at `/api/graphql`, beside the root of the REST API at `/api/v3`. */
const APART = /^(?:\/api)?\/(search\/code|search|graphql|rate_limit)(?=[/?]|$)/

/**
 * What GitHub probably counts a request as, by its address (https://docs.github.com/rest/rate-limit/rate-limit). Some
 * endpoints have limits of their own that only the answer tells. `/rate_limit` itself is free.
 */
export function rateResource(url: string, { apiUrl }: GitHubHost): string {
  const path = url.startsWith(apiUrl) ? url.slice(apiUrl.length) : new URL(url).pathname
  const name = APART.exec(path)?.[1] ?? 'core'
  return name === 'search/code' ? 'code_search' : name
}
