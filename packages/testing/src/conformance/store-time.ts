import { setTimeout } from 'node:timers/promises'
import { type Clock, systemClock } from '@hubauth/core'
import { type ManualClock, manualClock } from '../manual-clock.ts'

/** What a store's factory gets. */
export interface StoreContext {
  /** The clock to read the time from: a manual one, unless the suite runs in `real` time. */
  readonly clock: Clock
}

/** Options of the suites of stores whose entries end with time. */
export interface StoreTimeOptions {
  /**
   * `manual` (default): the store reads the clock it is given. `real`: it has a clock of its own, as Redis does;
   * the suite then waits, about two seconds in all, and cannot try the exact millisecond.
   */
  readonly time?: 'manual' | 'real' | undefined
}

/** How a suite lets time pass. */
export interface StoreTime {
  readonly clock: Clock
  /** A span that is long for the store and short for the suite, in milliseconds. */
  readonly spanMs: number
  /** Goes to shortly before a moment in epoch milliseconds; on a manual clock, to the millisecond before it. */
  passUntilBefore(moment: number): Promise<void>
  /** Goes to a moment in epoch milliseconds. */
  passUntil(moment: number): Promise<void>
}

/** The distance that timers and the clock of another process may be off, in milliseconds. */
const REAL_MARGIN_MS = 30

/** Starts the time of one case. */
export function storeTime({ time = 'manual' }: StoreTimeOptions): StoreTime {
  return time === 'real' ? realTime() : manualTime(manualClock())
}

function manualTime(clock: ManualClock): StoreTime {
  return {
    clock,
    spanMs: 60_000,
    passUntilBefore: (moment) => clock.setTo(moment - 1),
    passUntil: (moment) => clock.setTo(moment),
  }
}

function realTime(): StoreTime {
  return {
    clock: systemClock,
    spanMs: 300,
    // Early, because a busy machine may stand still for a while before the store is asked.
    passUntilBefore: (moment) => wait((moment - Date.now()) / 5),
    passUntil: (moment) => wait(moment - Date.now() + REAL_MARGIN_MS),
  }
}

async function wait(ms: number): Promise<void> {
  await setTimeout(Math.max(ms, 0))
}
