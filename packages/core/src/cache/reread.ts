import { type Clock, hasPassed } from '../clock.ts'
import { Flights } from './flights.ts'

/** What a {@link Reread} is made of. */
export interface RereadOptions<T> {
  readonly read: () => Promise<T>
  readonly clock: Clock
  /** How soon after a re-read the next one may begin, in milliseconds. */
  readonly minIntervalMs: number
  /** Told why a value could not be read again; the known one stays. */
  readonly onFailed: (error: unknown) => void
}

/**
 * A value that is kept elsewhere: read when it is first needed, remembered, and read again on demand. One read at a time,
 * and re-reads at most once per interval. A value that cannot be read again stays: it may still be good.
 */
export class Reread<T extends object> {
  readonly #options: RereadOptions<T>
  readonly #flights = new Flights<T>()
  #known: T | undefined
  #rereadAt = Number.NEGATIVE_INFINITY

  constructor(options: RereadOptions<T>) {
    this.#options = options
  }

  /** The known value, else the first one. Rejects when that cannot be read; the next call tries again. */
  async get(): Promise<T> {
    return this.#known ?? this.#flights.join('', () => this.#read())
  }

  /** The value as it is now, or the known one within the interval, or when reading fails. `at once` does without interval. */
  async again(when?: 'at once'): Promise<T> {
    const known = this.#known
    if (known === undefined) return this.get()
    const { clock, minIntervalMs } = this.#options
    const isDue = when !== undefined || hasPassed(clock, this.#rereadAt, minIntervalMs)
    if (!isDue && !this.#flights.has('')) return known
    return this.#flights.join('', async () => {
      this.#rereadAt = clock.now()
      try {
        return await this.#read()
      } catch (error) {
        this.#options.onFailed(error)
        return known
      }
    })
  }

  async #read(): Promise<T> {
    const value = await this.#options.read()
    this.#known = value
    return value
  }
}
