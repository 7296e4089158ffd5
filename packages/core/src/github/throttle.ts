import type { Clock } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { GitHubClock } from './github-clock.ts'

/** GitHub asks for a minute at least when it does not say how long. */
const UNTOLD_WAIT_MS = 60_000
/** Whatever GitHub says, not at once, */
const LEAST_WAIT_MS = 1_000
/** and not for longer than its limits last: one absurd header must not stop an app for ever. */
const LONGEST_WAIT_MS = 3_600_000

/**
 * When GitHub refuses one call of an app for its rate, it refuses the others too, and calling on makes it worse
 * (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). So all that share this wait.
 */
export class Throttle {
  readonly #clock: Clock
  #retryAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Notes that GitHub refuses calls until `retryAt`, in epoch milliseconds. */
  block(retryAt: number): void {
    this.#retryAt = Math.max(this.#retryAt, retryAt)
  }

  /** Whether calls have to wait. */
  get blocked(): boolean {
    const now = this.#clock.now()
    // Later than anybody can have said: the clock was set back.
    if (this.#retryAt > now + LONGEST_WAIT_MS) this.#retryAt = 0
    return this.#retryAt > now
  }

  /**
   * Waits until GitHub accepts calls again.
   *
   * @param deadline Epoch milliseconds.
   * @throws {HubauthError} `THROTTLED` at once when that is after the deadline.
   */
  async wait(deadline: number, signal?: AbortSignal): Promise<void> {
    while (this.blocked) {
      if (this.#retryAt > deadline) throw this.error()
      await this.#clock.sleep(this.#retryAt - this.#clock.now(), signal)
    }
  }

  /** The error for those who will not wait. */
  error(): HubauthError {
    return throttledError(this.#retryAt)
  }
}

/** The error of a call that is not made, because GitHub would refuse it until `retryAt`, in epoch milliseconds. */
export function throttledError(retryAt: number): HubauthError {
  const when = new Date(retryAt).toISOString()
  return new HubauthError('THROTTLED', `GitHub refuses calls for their rate until ${when}.`, {
    details: { retryAt },
  })
}

/**
 * When to call again after an answer that refuses the call for its rate, in epoch milliseconds of this machine; undefined
 * when the answer does not.
 */
export function throttledUntil(response: Response, message: string, clock: GitHubClock): number | undefined {
  if (response.status !== 429 && response.status !== 403) return undefined
  const isExhausted = response.headers.get('x-ratelimit-remaining') === '0'
  const after = retryAfter(response, clock)
  if (response.status === 403 && !isExhausted && after === undefined && !/rate limit/i.test(message))
    return undefined
  const reset = Number(response.headers.get('x-ratelimit-reset')) * 1000
  const now = clock.local.now()
  const until = after ?? (isExhausted && reset > 0 ? clock.toLocal(reset, response) : now + UNTOLD_WAIT_MS)
  return Math.min(Math.max(until, now + LEAST_WAIT_MS), now + LONGEST_WAIT_MS)
}

/**
 * The moment that `Retry-After` names, as seconds or as a date (RFC 9110 section 10.2.3), in epoch milliseconds of this
 * machine.
 */
export function retryAfter(response: Response, clock: GitHubClock): number | undefined {
  const header = response.headers.get('retry-after')
  if (header === null) return undefined
  if (/^\d+$/.test(header)) return clock.local.now() + Number(header) * 1000
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : clock.toLocal(date, response)
}
