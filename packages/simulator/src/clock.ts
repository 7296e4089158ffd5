/** Where the time comes from. */
export interface Clock {
  /** The current moment, in epoch milliseconds. */
  now(): number
}

/** Where GitHub's timestamps, with their four digits for the year, end; a year is left for what expires later. */
const LATEST = Date.UTC(9999, 0)

/** A clock that can be moved forward on top of another one. */
export class AdjustableClock implements Clock {
  readonly #base: Clock
  #offsetMs = 0

  constructor(base: Clock = { now: Date.now }) {
    this.#base = base
  }

  now(): number {
    return this.#base.now() + this.#offsetMs
  }

  /** @throws {TypeError} when `ms` is not a finite number, or leads to where there are no timestamps. */
  advance(ms: number): void {
    if (!Number.isFinite(ms)) throw new TypeError('advance(ms): ms must be a finite number of milliseconds')
    const then = this.now() + ms
    if (then < 0 || then > LATEST)
      throw new TypeError('advance(ms): the clock must stay between 1970 and 9999')
    this.#offsetMs += ms
  }
}
