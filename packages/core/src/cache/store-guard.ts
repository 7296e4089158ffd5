import { type Clock, hasPassed, withDeadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { Observe } from '../observe.ts'

/** A store that takes longer is slower than doing without it. */
const TIMEOUT_MS = 1_000
/** In so many naps: see {@link patient}. */
const NAPS = 10
const FIRST_PAUSE_MS = 500
const LONGEST_PAUSE_MS = 5_000

/** Options of {@link StoreGuard}. */
export interface StoreGuardOptions {
  readonly clock: Clock
  /** Which store this is. */
  readonly store: 'cache' | 'claims'
  /** What the user is told when it fails, as a whole sentence. */
  readonly failed: string
  /** What to do about it. Default that of `CACHE_FAILED`, which is for tokens. */
  readonly remedy?: string | undefined
  /** Told once when the store fails, and again only when it has worked in between. */
  readonly report: (error: HubauthError) => void
  readonly observe: Observe | undefined
}

/**
 * Sees to it that a shared store can only help: a failure, or a second's silence, counts as nothing. A store that failed is
 * left alone for half a second, then up to five, and one call at a time finds out whether it is back: it costs no
 * caller a second that another has just lost, and the queues of its client do not grow.
 */
export class StoreGuard {
  readonly #options: StoreGuardOptions
  #downSince: number | undefined
  #pauseMs = FIRST_PAUSE_MS
  #pausedAt = 0
  #probingSince: number | undefined

  constructor(options: StoreGuardOptions) {
    this.#options = options
  }

  /** Whether the store failed last time it was asked. */
  get isDown(): boolean {
    return this.#downSince !== undefined
  }

  /**
   * What `work` gives, or `failed`.
   *
   * @param work Gets a signal that aborts when nobody waits for it any more.
   * @param isUrgent Whether to try it also while the store is left alone. Default false.
   */
  async run<T>(
    work: (signal: AbortSignal) => Promise<T>,
    { isUrgent = false }: { readonly isUrgent?: boolean } = {},
  ): Promise<T | 'failed'> {
    const { clock, failed, remedy } = this.#options
    const isProbe = this.isDown && !isUrgent
    if (isProbe) {
      const elapsedMs = clock.now() - this.#pausedAt
      // A clock that was set back must not lengthen the pause.
      // In Workers, a probe may end with its request, without a word.
      const since = this.#probingSince
      const isProbing = since !== undefined && !hasPassed(clock, since, 2 * TIMEOUT_MS)
      if (isProbing || (elapsedMs >= 0 && elapsedMs < this.#pauseMs)) return 'failed'
      this.#probingSince = clock.now()
    }
    try {
      const limit = { clock: patient(clock), timeoutMs: TIMEOUT_MS, what: 'The shared store' }
      const result = await withDeadline(limit, ({ signal }) => work(signal))
      this.#isUp()
      return result
    } catch (cause) {
      const error = new HubauthError('CACHE_FAILED', failed, { cause, remedy })
      // One value that somebody damaged is no outage.
      if (HubauthError.isInstance(cause) && cause.code === 'SEAL_BROKEN') this.#options.report(error)
      else this.#isFailing(error, isProbe)
      return 'failed'
    } finally {
      if (isProbe) this.#probingSince = undefined
    }
  }

  #isUp(): void {
    if (this.#downSince === undefined) return
    const { clock, store, observe } = this.#options
    const downMs = Math.max(0, clock.now() - this.#downSince)
    this.#downSince = undefined
    this.#pauseMs = FIRST_PAUSE_MS
    observe?.({ type: 'store', store, state: 'up', downMs })
  }

  #isFailing(error: HubauthError, isProbe: boolean): void {
    const { clock, store, report, observe } = this.#options
    if (this.#downSince !== undefined) {
      // What was under way when the store failed fails with it.
      if (!isProbe) return
      this.#pausedAt = clock.now()
      this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS)
      return
    }
    this.#pausedAt = clock.now()
    this.#downSince = this.#pausedAt
    report(error)
    observe?.({ type: 'store', store, state: 'down', error })
  }
}

/**
 * Sleeps in naps. After a process stood still itself (busy, out of processor time, frozen), timers come before the answers that
 * have long been there: that costs one nap then, and the store is not blamed.
 */
function patient(clock: Clock): Clock {
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      for (let nap = 0; nap < NAPS; nap++) await clock.sleep(ms / NAPS, signal)
    },
  }
}
