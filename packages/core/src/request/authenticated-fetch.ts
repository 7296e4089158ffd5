import { HubauthError } from '../errors.ts'
import { property } from '../github/api-answer.ts'
import { withDeadline } from '../github/deadline.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { GitHubHost } from '../github/host.ts'
import { InstallationToken } from '../token/installation-token.ts'
import type { Token } from '../token/token.ts'
import type { TokenProvider } from '../token/token-provider.ts'
import { type PinnedRequest, pinnedRequest, redirected } from './pinned-request.ts'
import { retryWait } from './retry-wait.ts'

const MAX_REDIRECTS = 5

/** Like `fetch`, for one GitHub: a path such as `/app` is taken below the root of its API. */
export type AuthenticatedFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

/** What {@link createAuthenticatedFetch} needs to know. */
export interface AuthenticatedFetchContext {
  readonly host: GitHubHost
  readonly fetch: typeof fetch
  readonly clock: GitHubClock
  readonly userAgent: string
  /** How long to wait in all before an answer is passed on, in milliseconds. 0 never waits. */
  readonly retryBudgetMs: number
  /** How long to wait for the head of an answer, in milliseconds, where no stream is being sent. */
  readonly responseTimeoutMs: number
  /** The tokens that GitHub has taken; shared by all fetches of an app. */
  readonly established: WeakSet<Token>
}

/**
 * Makes a fetch that authenticates with a provider's tokens.
 *
 * It answers like `fetch`: a status is no error. A refused token (401) is replaced once. GET and HEAD are repeated
 * after network errors and 5xx; everything is repeated after throttling, and while a token is too new to be known to
 * all of GitHub (401, 403 and 404 in its first ten seconds). All that only within the budget, and only when the body
 * can be sent again. The token goes to the API's host and its upload host and nowhere else, redirects included.
 */
export function createAuthenticatedFetch(
  provider: TokenProvider,
  context: AuthenticatedFetchContext,
): AuthenticatedFetch {
  return async (input, init) => {
    const request = await pinnedRequest(input, init, context)
    return new AuthenticatedCall(provider, context, request).send()
  }
}

/** One call of an authenticated fetch, through all its attempts. */
class AuthenticatedCall {
  readonly #provider: TokenProvider
  readonly #context: AuthenticatedFetchContext
  readonly #request: PinnedRequest
  readonly #signal: AbortSignal | undefined
  readonly #deadline: number
  #rejected: Token | undefined
  #waits = 0

  constructor(provider: TokenProvider, context: AuthenticatedFetchContext, request: PinnedRequest) {
    this.#provider = provider
    this.#context = context
    this.#request = request
    this.#signal = request.init.signal ?? undefined
    this.#deadline = context.clock.now() + context.retryBudgetMs
  }

  async send(): Promise<Response> {
    for (;;) {
      const token = await this.#token()
      let response: Response | undefined
      let failure: unknown
      try {
        response = await this.#attempt(token)
      } catch (error) {
        if (this.#signal?.aborted || HubauthError.isInstance(error)) throw error
        failure = error
      }
      if (response?.ok) return response
      const isRetried =
        this.#request.isRepeatable &&
        ((await this.#waited(response, token)) || (await this.#replaced(response, token)))
      if (isRetried) await response?.body?.cancel()
      else if (response !== undefined) return response
      else
        throw new HubauthError(
          'GITHUB_UNAVAILABLE',
          `${new URL(this.#request.url).origin} could not be reached.`,
          { cause: failure },
        )
    }
  }

  #token(): Promise<Token> {
    return this.#provider.getToken({ signal: this.#signal, rejected: this.#rejected })
  }

  /** Sends once, following redirects on the same host. */
  async #attempt(token: Token): Promise<Response> {
    const { host, established } = this.#context
    let request = this.#request
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      request.init.headers.set('authorization', token.authorization)
      const response = await this.#send(request)
      if (response.ok) established.add(token)
      const next = redirected(request, response, host)
      if (next === undefined) return response
      await response.body?.cancel()
      request = next
    }
    throw new HubauthError('UNEXPECTED_RESPONSE', `GitHub redirected more than ${MAX_REDIRECTS} times.`)
  }

  /** Sends one request. Only the head of the answer has a time limit: who reads the body may take as long as they like. */
  async #send({ url, init, isRepeatable }: PinnedRequest): Promise<Response> {
    const { fetch, clock, responseTimeoutMs } = this.#context
    const redirect = init.redirect === 'error' ? 'error' : 'manual'
    if (!isRepeatable) return fetch(url, { ...init, redirect })
    return withDeadline(
      { clock, timeoutMs: responseTimeoutMs, what: `Waiting for ${new URL(url).origin}` },
      ({ signal }) =>
        fetch(url, {
          ...init,
          redirect,
          signal: this.#signal ? AbortSignal.any([this.#signal, signal]) : signal,
        }),
    )
  }

  /** Waits when the same request is worth another try, and says whether it was. */
  async #waited(response: Response | undefined, token: Token): Promise<boolean> {
    const { clock, established } = this.#context
    const { method } = this.#request.init
    const now = clock.now()
    const isEstablished = established.has(token)
    const ms = await retryWait({ response, token, method, waits: this.#waits, isEstablished, now })
    if (ms === undefined || now + ms > this.#deadline) return false
    this.#waits++
    await clock.sleep(Math.max(0, ms), this.#signal)
    return true
  }

  /** After a 401, sees to it that the next attempt has another token; once. */
  async #replaced(response: Response | undefined, token: Token): Promise<boolean> {
    if (response?.status !== 401 || this.#rejected !== undefined) return false
    const { clock } = this.#context
    const isAppJwt = !(token instanceof InstallationToken)
    const message = isAppJwt
      ? property(
          await response
            .clone()
            .json()
            .catch(() => undefined),
          'message',
        )
      : undefined
    const verdict = typeof message === 'string' ? clock.learnFromRefusal(response, message) : undefined
    if (verdict === 'skew') return false
    this.#rejected = token
    return true
  }
}
