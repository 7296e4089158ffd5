import { type Clock, systemClock } from '../clock.ts'
import { harmless } from '../errors.ts'
import { DEFAULT_USER_AGENT } from '../github/api-headers.ts'
import { GitHubClock } from '../github/github-clock.ts'
import { type GitHubHostOptions, githubHost } from '../github/host.ts'
import { Traffic } from '../github/traffic.ts'
import type { Observe } from '../observe.ts'
import type { TokenProvider } from '../token/token-provider.ts'
import { AuthenticatedCall, type AuthenticatedFetchContext } from './authenticated-call.ts'
import { pinnedRequest } from './pinned-request.ts'
import { checkedWhenThrottled, type WhenThrottled } from './when-throttled.ts'

/** The whole schedule of a new token: 1, 3 and 6 s. */
export const RETRY_BUDGET_MS = 10_000
/** GitHub itself gives up after ten seconds. */
export const RESPONSE_TIMEOUT_MS = 30_000

/** Like `fetch`, for one GitHub: a path such as `/app` is taken below the root of its API. */
export type AuthenticatedFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** Options of {@link authenticatedFetch}; each as in `ConnectionOptions`. */
export interface AuthenticatedFetchOptions extends GitHubHostOptions {
  readonly baseUrl?: string | undefined
  readonly retryBudgetMs?: number | undefined
  readonly whenThrottled?: WhenThrottled | undefined
  readonly userAgent?: string | undefined
  /** Told of requests, retries and throttling. */
  readonly observe?: Observe | undefined
  readonly fetch?: typeof fetch | undefined
  readonly clock?: Clock | undefined
}

/**
 * Makes a fetch that authenticates with a provider's tokens: `authenticatedFetch(staticToken(process.env.GITHUB_TOKEN))`.
 * For installations, `GitHubInstallation.fetch` is one.
 *
 * It answers like `fetch`: a status is no error. A refused token (401) is replaced once. GET and HEAD are repeated
 * after network errors and 5xx; everything is repeated after throttling, and while a token is too new to be known to
 * all of GitHub (401, 403 and 404 in its first ten seconds). All that only within the budget, and only when the body
 * can be sent again. `whenThrottled` changes what happens about rate limits. The token goes to the API's host and its upload host and nowhere else, redirects included.
 *
 * @throws {TypeError} For a `baseUrl` or `whenThrottled` that can never work.
 */
export function authenticatedFetch(
  provider: TokenProvider,
  options: AuthenticatedFetchOptions = {},
): AuthenticatedFetch {
  const clock = new GitHubClock(options.clock ?? systemClock)
  const observe = options.observe && harmless(options.observe)
  return createAuthenticatedFetch(provider, {
    host: githubHost(options.baseUrl, options),
    fetch: options.fetch ?? globalFetch,
    clock,
    userAgent: options.userAgent ?? DEFAULT_USER_AGENT,
    retryBudgetMs: options.retryBudgetMs ?? RETRY_BUDGET_MS,
    responseTimeoutMs: RESPONSE_TIMEOUT_MS,
    established: new WeakSet(),
    maxRefusals: 1,
    traffic: new Traffic({ app: undefined, clock, observe }),
    whenThrottled: checkedWhenThrottled(options.whenThrottled),
  })
}

/** The same, in the context of an app. */
export function createAuthenticatedFetch(
  provider: TokenProvider,
  context: AuthenticatedFetchContext,
): AuthenticatedFetch {
  return async (input, init) => {
    const request = await pinnedRequest(input, init, context)
    return new AuthenticatedCall(provider, context, request).send()
  }
}

/** Looks the global up at every call, so that whoever instruments it later is heard. */
export const globalFetch: typeof fetch = (...parameters) => globalThis.fetch(...parameters)
