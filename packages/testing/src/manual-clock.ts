import { setImmediate } from 'node:timers/promises'
import type { Clock } from '@hubauth/core'

/** 2026-01-01T00:00:00Z: a fixed start makes every moment in a failing test the same on every run. */
const START_MS = 1_767_225_600_000

/** A clock that stands still until a test moves it. */
export interface ManualClock extends Clock {
  /** How many callers of `sleep` are waiting. */
  readonly sleeping: number

  /**
   * Lets `ms` milliseconds pass. Sleepers wake in the order they are due, each at its own moment, and what they
   * start settles before the next one wakes: a sleep that begins on the way and is due within `ms` ends as well.
   * Await it: time does not move before pending promises have settled.
   *
   * @throws {TypeError} When `ms` is negative or not finite.
   */
  advance(ms: number): Promise<void>

  /**
   * Moves to a moment in epoch milliseconds: forwards as `advance` does; backwards as when somebody sets the
   * clock of a machine back, which leaves sleepers the time they had left.
   */
  setTo(ms: number): Promise<void>

  /** Resolves as soon as at least `count` callers sleep; default 1. What real I/O starts can be waited for this way. */
  untilSleeping(count?: number): Promise<void>
}

interface Sleeper {
  /** In milliseconds that passed on this clock, which setting it back does not change. */
  readonly dueAt: number
  wake(): void
}

/**
 * Makes a manual clock.
 *
 * @param startMs Epoch milliseconds. Default 1 767 225 600 000 (2026-01-01T00:00:00Z).
 */
export function manualClock(startMs: number = START_MS): ManualClock {
  return new StandingClock(startMs)
}

class StandingClock implements ManualClock {
  readonly #sleepers = new Set<Sleeper>()
  readonly #watchers = new Set<() => void>()
  #elapsedMs = 0
  #startMs: number

  constructor(startMs: number) {
    if (!Number.isFinite(startMs)) throw new TypeError('startMs: expected epoch milliseconds.')
    this.#startMs = startMs
  }

  get sleeping(): number {
    return this.#sleepers.size
  }

  now(): number {
    return this.#startMs + this.#elapsedMs
  }

  async sleep(ms: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    if (!(ms > 0)) return
    await new Promise<void>((resolve, reject) => {
      const stop = () => {
        this.#sleepers.delete(sleeper)
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        dueAt: this.#elapsedMs + ms,
        wake: () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        },
      }
      signal?.addEventListener('abort', stop, { once: true })
      this.#sleepers.add(sleeper)
      for (const notice of this.#watchers) notice()
    })
  }

  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Number.POSITIVE_INFINITY))
      throw new TypeError('advance(): expected 0 or more milliseconds.')
    await setImmediate()
    const target = this.#elapsedMs + ms
    for (let next = this.#nextDue(target); next !== undefined; next = this.#nextDue(target)) {
      this.#elapsedMs = Math.max(this.#elapsedMs, next.dueAt)
      this.#sleepers.delete(next)
      next.wake()
      await setImmediate()
    }
    this.#elapsedMs = Math.max(this.#elapsedMs, target)
  }

  async setTo(ms: number): Promise<void> {
    if (!Number.isFinite(ms)) throw new TypeError('setTo(): expected epoch milliseconds.')
    if (ms >= this.now()) return this.advance(ms - this.now())
    this.#startMs = ms - this.#elapsedMs
  }

  async untilSleeping(count = 1): Promise<void> {
    if (this.#sleepers.size >= count) return
    await new Promise<void>((resolve) => {
      const notice = () => {
        if (this.#sleepers.size < count) return
        this.#watchers.delete(notice)
        resolve()
      }
      this.#watchers.add(notice)
    })
  }

  /** The first sleeper due at or before `target`; those due together wake in the order they went to sleep. */
  #nextDue(target: number): Sleeper | undefined {
    let next: Sleeper | undefined
    for (const sleeper of this.#sleepers) {
      if (sleeper.dueAt <= target && (next === undefined || sleeper.dueAt < next.dueAt)) next = sleeper
    }
    return next
  }
}
