import { HubauthError } from '../errors.ts'
import { errorCode, type Observe, type RetryEvent } from '../observe.ts'
import { Budgets, type Counted } from './budgets.ts'
import type { GitHubClock } from './github-clock.ts'

/** What {@link Traffic} needs to know. */
export interface TrafficOptions {
  /** App ID or client ID; undefined for a fetch with somebody else's tokens. */
  readonly app: string | number | undefined
  readonly clock: GitHubClock
  /** Must not throw. */
  readonly observe: Observe | undefined
}

/** A request, for those who watch. */
export interface Sent extends Counted {
  readonly method: string
  readonly url: string
  /** When it aborts, it is not GitHub that failed. */
  readonly signal: AbortSignal | null | undefined
}

/** All requests of an app to GitHub, as they count against its rate limits, and as the observer sees them. */
export class Traffic {
  readonly budgets: Budgets
  readonly #options: TrafficOptions

  constructor(options: TrafficOptions) {
    this.#options = options
    this.budgets = new Budgets(options.app, options.clock)
  }

  /** Sends one request. */
  async send(sent: Sent, send: () => Promise<Response>): Promise<Response> {
    const startedAt = this.#now()
    let response: Response | undefined
    let error: unknown
    try {
      response = await send()
      return response
    } catch (cause) {
      error = cause
      throw cause
    } finally {
      const budget = response && this.budgets.note(sent, response)
      const { app, observe } = this.#options
      observe?.({
        type: 'request',
        app,
        installationId: sent.installationId,
        method: sent.method,
        host: new URL(sent.url).host,
        status: response?.status,
        durationMs: this.#now() - startedAt,
        error: response ? undefined : codeOf(error, sent.signal),
        budget,
      })
    }
  }

  /** A request is going to be sent again. */
  retried({ installationId }: Counted, reason: RetryEvent['reason'], waitMs: number): void {
    const { app, observe } = this.#options
    observe?.({ type: 'retry', app, installationId, reason, waitMs })
  }

  /** GitHub refused a request for its rate. */
  refused(counted: Counted, response: Response, retryAt: number): void {
    this.budgets.block(counted, response, retryAt)
    this.throttled(counted, retryAt)
  }

  /** GitHub refused a request for its rate, or one was kept back because it would. */
  throttled({ installationId }: Counted, retryAt: number): void {
    const { app, observe } = this.#options
    observe?.({ type: 'throttle', app, installationId, retryAt })
  }

  #now(): number {
    return this.#options.clock.local.now()
  }
}

/** Whatever `fetch` throws by itself means that no answer came. */
function codeOf(error: unknown, signal: Sent['signal']): ReturnType<typeof errorCode> {
  if (signal?.aborted) return errorCode(signal.reason)
  return HubauthError.isInstance(error) ? error.code : 'GITHUB_UNAVAILABLE'
}
