import { type Clock, hasPassed } from '../clock.ts'
import { HubauthError } from '../errors.ts'

/** Of an app, in one process: GitHub refuses more than 100 requests at once (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits). */
const MAX_AT_ONCE = 50

/** Options of {@link Turns}. */
export interface TurnsOptions {
  readonly clock: Clock
  /** For how long nothing may have come to an end before who waits gives up, in milliseconds. */
  readonly timeoutMs: number
}

/**
 * Lets a limited number work at once, the others one after another as they came. Time limits are for work: who waits behind
 * two thousand others is not late, as long as they get on.
 */
export class Turns {
  readonly #options: TurnsOptions
  /** Work under way, and since when. */
  readonly #working = new Map<symbol, number>()
  readonly #waiting = new Set<() => void>()
  #done = 0

  constructor(options: TurnsOptions) {
    this.#options = options
  }

  /**
   * Does `work` when it is its turn.
   *
   * @throws {HubauthError} `TIMEOUT` when nothing that was before it has come to an end for so long.
   */
  async take<T>(what: string, work: () => Promise<T>): Promise<T> {
    if (!this.#hasPlace()) await this.#turn(what)
    const turn = Symbol(what)
    this.#working.set(turn, this.#options.clock.now())
    let isStuck = false
    try {
      return await work()
    } catch (error) {
      isStuck = HubauthError.isInstance(error) && error.code === 'TIMEOUT'
      throw error
    } finally {
      if (!isStuck) this.#done++
      this.#working.delete(turn)
      if (this.#hasPlace()) this.#waiting.values().next().value?.()
    }
  }

  #hasPlace(): boolean {
    if (this.#working.size < MAX_AT_ONCE) return true
    const { clock, timeoutMs } = this.#options
    // In Workers, what a request began ends with it, without a word.
    for (const [turn, since] of this.#working)
      if (hasPassed(clock, since, 2 * timeoutMs)) this.#working.delete(turn)
    return this.#working.size < MAX_AT_ONCE
  }

  /** Waits until somebody calls. */
  async #turn(what: string): Promise<void> {
    const { clock, timeoutMs } = this.#options
    const called = new AbortController()
    const call = () => {
      this.#waiting.delete(call)
      called.abort('called')
    }
    this.#waiting.add(call)
    while (!called.signal.aborted) {
      const before = this.#done
      await clock.sleep(timeoutMs, called.signal).catch(() => undefined)
      if (called.signal.aborted || this.#done !== before) continue
      this.#waiting.delete(call)
      if (this.#hasPlace()) return
      throw new HubauthError(
        'TIMEOUT',
        `${what} did not get its turn: nothing came to an end for ${timeoutMs} ms.`,
      )
    }
  }
}
