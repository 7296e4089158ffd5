import { type Clock, systemClock } from '@hubauth/core'

/** The clock of the machine, as far off as somebody has set it. */
export class MovedClock implements Clock {
  #offsetMs = 0

  now(): number {
    return systemClock.now() + this.#offsetMs
  }

  /** Sleeping takes as long as ever: timers do not follow the clock of a machine. */
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return systemClock.sleep(ms, signal)
  }

  /** Sets it forward, or back when `ms` is negative. */
  move(ms: number): void {
    this.#offsetMs += ms
  }
}
