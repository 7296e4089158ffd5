import { type Clock, withDeadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { property } from '../github/api-answer.ts'
import type { Counted } from '../github/budgets.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { GitHubHost } from '../github/host.ts'
import { rateResource } from '../github/rate-resource.ts'
import { unreachable } from '../github/send.ts'
import { throttledError, throttledUntil } from '../github/throttle.ts'
import type { Traffic } from '../github/traffic.ts'
import type { RetryEvent } from '../observe.ts'
import { InstallationToken } from '../token/installation-token.ts'
import type { Token } from '../token/token.ts'
import type { TokenProvider } from '../token/token-provider.ts'
import { type PinnedRequest, redirected } from './pinned-request.ts'
import { type Attempt, isReplicating, retryWait } from './retry-wait.ts'
import type { WhenThrottled } from './when-throttled.ts'

const MAX_REDIRECTS = 5
/** Refusals are short. */
const MESSAGE_TIMEOUT_MS = 2_000
/** What waits for the same moment does not start at the same moment. */
const MAX_JITTER_MS = 5_000

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
  readonly traffic: Traffic
  readonly whenThrottled: WhenThrottled
}

type Outcome = Response | { readonly failure: unknown }

/** One call of an authenticated fetch, through all its attempts. */
export class AuthenticatedCall {
  readonly #provider: TokenProvider
  readonly #context: AuthenticatedFetchContext
  readonly #request: PinnedRequest
  readonly #signal: AbortSignal | undefined
  readonly #resource: string
  #rejected: Token | undefined
  #refusals = 0
  #waits = 0
  #waitedMs = 0
  /** When GitHub said that it takes this request, in epoch milliseconds of this machine. */
  #acceptedAt = 0
  /** Whether the observer knows that this call waits for its rate. */
  #isTold = false

  constructor(provider: TokenProvider, context: AuthenticatedFetchContext, request: PinnedRequest) {
    this.#provider = provider
    this.#context = context
    this.#request = request
    this.#signal = request.init.signal ?? undefined
    this.#resource = rateResource(request.url, context.host)
  }

  async send(): Promise<Response> {
    const { clock, host, traffic } = this.#context
    let another: RetryEvent['reason'] | undefined
    for (;;) {
      const signedOffsetMs = clock.offsetMs
      const token = await this.#admitted()
      if (another !== undefined) traffic.retried(this.#counted(token), another, 0)
      const outcome = await this.#attempt(token)
      // By what is ours: servers replace the global Response with one that real answers are no instances of.
      const response = 'failure' in outcome ? undefined : outcome
      if (response?.ok) return response
      const attempt = await this.#described(response, token)
      const isWaitedFor = this.#postponed(attempt) || (await this.#waited(attempt))
      another = isWaitedFor ? undefined : await this.#replaced(attempt, signedOffsetMs)
      if (isWaitedFor || another !== undefined) discard(response)
      else if ('failure' in outcome) throw unreachable(`${host.apiUrl} could not be reached`, outcome.failure)
      else return outcome
    }
  }

  /** A token whose next request GitHub takes, as far as is known; the request counts as under way then. */
  async #admitted(): Promise<Token> {
    const { clock, whenThrottled } = this.#context
    if (whenThrottled === 'send') return this.#token()
    for (;;) {
      const token = await this.#token().catch(whenThrottled === 'wait' ? retryAtOf : undefined)
      const retryAt = typeof token === 'number' ? token : this.#keptUntil(token)
      if (retryAt === 0 && typeof token !== 'number') return token
      const ms = Math.max(0, retryAt - clock.local.now())
      const jitterMs = Math.random() * Math.min(ms, MAX_JITTER_MS)
      await clock.local.sleep(Math.ceil(ms + jitterMs), this.#signal)
      // It has been waited for, whatever the clock was set to meanwhile.
      this.#acceptedAt = 0
    }
  }

  /** Until when a request is kept back, in epoch milliseconds of this machine; 0 when it may be sent. */
  #keptUntil(token: Token): number {
    const { clock, traffic, whenThrottled } = this.#context
    const counted = this.#counted(token)
    const isEarly = this.#acceptedAt > clock.local.now()
    const retryAt = isEarly ? this.#acceptedAt : traffic.budgets.enter(counted)
    if (retryAt === 0) return 0
    if (!this.#isTold) traffic.throttled(counted, retryAt)
    this.#isTold = true
    if (whenThrottled === 'fail') throw throttledError(retryAt)
    return retryAt
  }

  #counted(token: Token): Counted {
    const installationId = token instanceof InstallationToken ? token.installationId : undefined
    return { installationId, resource: this.#resource }
  }

  #token(): Promise<Token> {
    return this.#provider.getToken({ signal: this.#signal, rejected: this.#rejected })
  }

  async #described(response: Response | undefined, token: Token): Promise<Attempt> {
    const { clock, established } = this.#context
    const { method } = this.#request.init
    const isEstablished = established.has(token)
    const message = response?.status === 403 ? await messageOf(response, clock.local) : ''
    const until = response && throttledUntil(response, message, clock)
    return { response, token, method, waits: this.#waits, isEstablished, clock, throttledUntil: until }
  }

  /** One attempt, which takes its place among those under way until it is over. */
  async #attempt(token: Token): Promise<Outcome> {
    try {
      return await this.#followed(token)
    } finally {
      this.#context.traffic.budgets.leave(this.#counted(token))
    }
  }

  /** Sends once, following redirects on the same host. */
  async #followed(token: Token): Promise<Outcome> {
    const { host, established, traffic } = this.#context
    const counted = this.#counted(token)
    let request = this.#request
    for (let hop = 0; hop <= MAX_REDIRECTS; hop++) {
      const { url, init } = request
      init.headers.set('authorization', token.authorization)
      let response: Response
      try {
        response = await traffic.send({ ...counted, url, method: init.method, signal: this.#signal }, () =>
          this.#send(request),
        )
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

  /** After a refusal for the rate, sees to it that the request is not sent again too early, if that is wanted. */
  #postponed({ response, token, throttledUntil: until }: Attempt): boolean {
    if (response === undefined || until === undefined) return false
    const { clock, traffic, whenThrottled } = this.#context
    const counted = this.#counted(token)
    traffic.refused(counted, response, until)
    if (whenThrottled === 'fail') {
      discard(response)
      throw throttledError(until)
    }
    if (whenThrottled === 'send' || !this.#request.isRepeatable) return false
    this.#acceptedAt = until
    this.#isTold = true
    traffic.retried(counted, 'throttled', until - clock.local.now())
    return true
  }

  /** Waits when the same request is worth another try, and says whether it was. */
  async #waited(attempt: Attempt): Promise<boolean> {
    if (!this.#request.isRepeatable || this.#context.retryBudgetMs === 0) return false
    const { clock, retryBudgetMs, traffic } = this.#context
    const wait = retryWait(attempt)
    if (wait === undefined || this.#waitedMs + wait.ms > retryBudgetMs) return false
    this.#waits++
    this.#waitedMs += wait.ms
    traffic.retried(this.#counted(attempt.token), wait.reason, wait.ms)
    await clock.local.sleep(wait.ms, this.#signal)
    return true
  }

  /** After a 401, sees to it that the next attempt has another token, if there may be one, and says why it is another. */
  async #replaced(attempt: Attempt, signedOffsetMs: number): Promise<'refused' | 'skew' | undefined> {
    const { response, token } = attempt
    const { clock, maxRefusals } = this.#context
    if (response?.status !== 401 || this.#refusals === maxRefusals) return undefined
    if (!this.#request.isRepeatable) {
      // This request cannot be helped, but the next one can.
      if (!isReplicating(attempt)) this.#provider.getToken({ rejected: token }).catch(() => undefined)
      return undefined
    }
    const message = token instanceof InstallationToken ? '' : await messageOf(response, clock.local)
    const verdict = clock.learnFromRefusal(response, message, signedOffsetMs)
    if (verdict === 'skew') return undefined
    this.#refusals++
    this.#rejected = token
    // Only the app's own provider knows when there is nothing left to try.
    if (maxRefusals > 1 && !(await this.#hasAnother(response))) return undefined
    return verdict === 'learnt' ? 'skew' : 'refused'
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

/** When GitHub mints again, after it refused to for its rate. */
function retryAtOf(error: unknown): number {
  if (HubauthError.isInstance(error) && error.code === 'THROTTLED') return error.details.retryAt
  throw error
}

/** Lets go of an answer that nobody reads. Not awaited: one that is read elsewhere as well may take its time. */
function discard(response: Response | undefined): void {
  response?.body?.cancel().catch(() => undefined)
}

/** What GitHub says in a body that the caller will read too. A body that does not come says nothing. */
async function messageOf(response: Response, clock: Clock): Promise<string> {
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
