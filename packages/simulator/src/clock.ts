/** Where the time comes from. */
export interface Clock {
  /** The current moment, in epoch milliseconds. */
  now(): number
}

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

  /** @throws {TypeError} when `ms` is not a finite number. */
  advance(ms: number): void {
    if (!Number.isFinite(ms)) throw new TypeError('advance(ms): ms must be a finite number of milliseconds')
    this.#offsetMs += ms
  }
}
