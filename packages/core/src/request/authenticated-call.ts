import { type Clock, withDeadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { property } from '../github/api-answer.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { GitHubHost } from '../github/host.ts'
import { unreachable } from '../github/send.ts'
import { InstallationToken } from '../token/installation-token.ts'
import type { Token } from '../token/token.ts'
import type { TokenProvider } from '../token/token-provider.ts'
import { type PinnedRequest, redirected } from './pinned-request.ts'
import { type Attempt, isReplicating, retryWait } from './retry-wait.ts'

const MAX_REDIRECTS = 5
/** Refusals are short. */
const MESSAGE_TIMEOUT_MS = 2_000

/** What the calls of an authenticated fetch share. */
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
  /** How many tokens in a row may be refused before the refusal is passed on. */
  readonly maxRefusals: number
}

/** One call of an authenticated fetch, through all its attempts. */
export class AuthenticatedCall {
  readonly #provider: TokenProvider
  readonly #context: AuthenticatedFetchContext
  readonly #request: PinnedRequest
  readonly #signal: AbortSignal | undefined
  #rejected: Token | undefined
  #refusals = 0
  #waits = 0
  #waitedMs = 0

  constructor(provider: TokenProvider, context: AuthenticatedFetchContext, request: PinnedRequest) {
    this.#provider = provider
    this.#context = context
    this.#request = request
    this.#signal = request.init.signal ?? undefined
  }

  async send(): Promise<Response> {
    for (;;) {
      const signedOffsetMs = this.#context.clock.offsetMs
      const token = await this.#token()
      const outcome = await this.#attempt(token)
      // By what is ours: servers replace the global Response with one that real answers are no instances of.
      const response = 'failure' in outcome ? undefined : outcome
      if (response?.ok) return response
      const attempt = this.#described(response, token)
      const isRetried = (await this.#waited(attempt)) || (await this.#replaced(attempt, signedOffsetMs))
      if (isRetried) discard(response)
      else if ('failure' in outcome)
        throw unreachable(`${this.#context.host.apiUrl} could not be reached`, outcome.failure)
      else return outcome
    }
  }

  #token(): Promise<Token> {
    return this.#provider.getToken({ signal: this.#signal, rejected: this.#rejected })
  }

  #described(response: Response | undefined, token: Token): Attempt {
    const { clock, established } = this.#context
    const { method } = this.#request.init
    const isEstablished = established.has(token)
    const message = () => messageOf(response, clock.local)
    return { response, token, method, waits: this.#waits, isEstablished, clock, message }
  }

  /** Sends once, following redirects on the same host. */
  async #attempt(token: Token): Promise<Response | { readonly failure: unknown }> {
    const { host, established } = this.#context
    let request = this.#request
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      request.init.headers.set('authorization', token.authorization)
      let response: Response
      try {
        response = await this.#send(request)
      } catch (failure) {
        if (this.#signal?.aborted || HubauthError.isInstance(failure)) throw failure
        return { failure }
      }
      if (response.ok) established.add(token)
      const next = redirected(request, response, host)
      if (next === undefined) return response
      discard(response)
      request = next
    }
    throw new HubauthError('UNEXPECTED_RESPONSE', `GitHub redirected more than ${MAX_REDIRECTS} times.`)
  }

  /** Sends one request. Only the head of the answer has a time limit: who reads the body may take as long as they like. */
  #send({ url, init, isRepeatable }: PinnedRequest): Promise<Response> {
    const { fetch, host, clock, responseTimeoutMs } = this.#context
    if (!isRepeatable) return fetch(url, { ...init, redirect: 'manual' })
    const limit = {
      clock: clock.local,
      timeoutMs: responseTimeoutMs,
      what: `Waiting for an answer of ${host.apiUrl}`,
    }
    return withDeadline(limit, (deadline) => {
      const signal = this.#signal ? AbortSignal.any([this.#signal, deadline.signal]) : deadline.signal
      return fetch(url, { ...init, redirect: 'manual', signal })
    })
  }

  /** Waits when the same request is worth another try, and says whether it was. */
  async #waited(attempt: Attempt): Promise<boolean> {
    if (!this.#request.isRepeatable || this.#context.retryBudgetMs === 0) return false
    const ms = await retryWait(attempt)
    if (ms === undefined || this.#waitedMs + ms > this.#context.retryBudgetMs) return false
    this.#waits++
    this.#waitedMs += ms
    await this.#context.clock.local.sleep(ms, this.#signal)
    return true
  }

  /** After a 401, sees to it that the next attempt has another token, if there may be one. */
  async #replaced(attempt: Attempt, signedOffsetMs: number): Promise<boolean> {
    const { response, token } = attempt
    const { clock, maxRefusals } = this.#context
    if (response?.status !== 401 || this.#refusals === maxRefusals) return false
    if (!this.#request.isRepeatable) {
      // This request cannot be helped, but the next one can.
      if (!isReplicating(attempt)) this.#provider.getToken({ rejected: token }).catch(() => undefined)
      return false
    }
    const message = token instanceof InstallationToken ? '' : await attempt.message()
    if (clock.learnFromRefusal(response, message, signedOffsetMs) === 'skew') return false
    this.#refusals++
    this.#rejected = token
    // Only the app's own provider knows when there is nothing left to try.
    return maxRefusals === 1 || this.#hasAnother(response)
  }

  /** Whether there is another token. When no key is left to sign with, GitHub's answer says more than an error of ours. */
  async #hasAnother(response: Response): Promise<boolean> {
    try {
      await this.#token()
      return true
    } catch (error) {
      if (HubauthError.isInstance(error) && error.code === 'KEY_REFUSED') return false
      discard(response)
      throw error
    }
  }
}

/** Lets go of an answer that nobody reads. Not awaited: one that is read elsewhere as well may take its time. */
function discard(response: Response | undefined): void {
  response?.body?.cancel().catch(() => undefined)
}

/** What GitHub says in a body that the caller will read too. A body that does not come says nothing. */
async function messageOf(response: Response | undefined, clock: Clock): Promise<string> {
  if (response === undefined) return ''
  const copy = response.clone()
  try {
    const limit = { clock, timeoutMs: MESSAGE_TIMEOUT_MS, what: 'Reading a refusal' }
    const message = property(await withDeadline(limit, () => copy.json()), 'message')
    return typeof message === 'string' ? message : ''
  } catch {
    copy.body?.cancel().catch(() => undefined)
    return ''
  }
}
