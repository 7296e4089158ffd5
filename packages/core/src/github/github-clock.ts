import type { Clock } from '../clock.ts'

/** How GitHub says that the times of a JWT do not fit its clock. */
const SKEW_MESSAGE = /'(?:Expiration time|Issued at)' claim|\bexp(?:ired)?\b|\biat\b/i
/** A smaller correction changes nothing, for `Date` has whole seconds. */
const LEAST_CORRECTION_MS = 1_000
/** Less is the second that `Date` rounds off, and the way here. */
const LEAST_DIFFERENCE_MS = 3_000

/**
 * GitHub's clock, as far as we know it: this machine's, and how far GitHub's answers showed that to be off. Tokens and
 * JWTs live by GitHub's time; deadlines and waits by this machine's ({@link local}), which does not jump when we learn.
 */
export class GitHubClock {
  readonly local: Clock
  #offsetMs = 0

  constructor(local: Clock) {
    this.local = local
  }

  /** GitHub's time, in epoch milliseconds. */
  now(): number {
    return this.local.now() + this.#offsetMs
  }

  /** How far this machine is behind GitHub, in milliseconds; negative when it is ahead. */
  get offsetMs(): number {
    return this.#offsetMs
  }

  /**
   * What this machine's clock shows at a moment of GitHub's time.
   *
   * @param response The answer that names the moment: its `Date` says how far the clock is off where that was not learnt.
   */
  toLocal(githubTime: number, response?: Response): number {
    const measuredMs = response && this.measure(response)
    const isOff = measuredMs !== undefined && Math.abs(measuredMs - this.#offsetMs) > LEAST_DIFFERENCE_MS
    return githubTime - (isOff ? measuredMs : this.#offsetMs)
  }

  /** How far the `Date` of an answer is from this machine's clock, or undefined when the answer has none. */
  measure(response: Response): number | undefined {
    const date = Date.parse(response.headers.get('date') ?? '')
    return Number.isNaN(date) ? undefined : date - this.local.now()
  }

  /**
   * Looks at a 401 that a JWT earned.
   *
   * @param signedOffsetMs The offset that was known when the JWT was signed: others may have learnt a better one since.
   * @returns `skew` when GitHub blames the clock, `learnt` when we know better by now and another try is worth it,
   * undefined when the clock is not the matter.
   */
  learnFromRefusal(
    response: Response,
    message: string,
    signedOffsetMs: number,
  ): 'skew' | 'learnt' | undefined {
    if (!SKEW_MESSAGE.test(message)) return undefined
    const offsetMs = this.measure(response)
    if (offsetMs === undefined || Math.abs(offsetMs - signedOffsetMs) < LEAST_CORRECTION_MS) return 'skew'
    if (Math.abs(offsetMs - this.#offsetMs) >= LEAST_CORRECTION_MS) this.learn(offsetMs)
    return 'learnt'
  }

  /** Takes over a measured offset, from now on and for everything. */
  learn(offsetMs: number): void {
    this.#offsetMs = offsetMs
  }
}
