import { systemClock } from '../clock.ts'
import { harmless } from '../errors.ts'
import type { DeliveriesApp } from './deliveries-api.ts'
import {
  checkRecoveryOptions,
  type RecoveryOptions,
  type RecoveryReport,
  redeliverFailed,
  sleepUnlessAborted,
} from './redeliver-failed.ts'

const EVERY_MS = 300_000
/** By then GitHub lists what the sweep before redelivered: it waits 30 s at most for an answer. */
const LEAST_EVERY_MS = 30_000

/** Options of {@link sweepDeliveries}. */
export interface SweepOptions extends RecoveryOptions {
  /** How long to wait after a sweep, in milliseconds. Default 300 000; at least 30 000. */
  readonly everyMs?: number | undefined
  /** Told of every sweep. Keep `settledUntil` here and pass it as `since` after a restart, if listing three days takes long. */
  readonly onSweep?: ((report: RecoveryReport) => unknown) | undefined
  /** Told when GitHub did not give its list; the next sweep tries again. Default: printed with `console.error`. */
  readonly onError?: ((error: unknown) => unknown) | undefined
}

/**
 * Redelivers what failed, for as long as the process lives: runs {@link redeliverFailed} at once and again and again, never
 * twice at a time. Let one process do it, not each of many.
 *
 * @returns When the signal aborted and the last sweep has ended. Rejects for nothing else.
 * @throws {TypeError} For options that can never work.
 */
export async function sweepDeliveries(app: DeliveriesApp, options: SweepOptions = {}): Promise<void> {
  const { everyMs = EVERY_MS, onSweep = () => undefined, onError = printError, ...recovery } = options
  const { signal, clock = systemClock } = recovery
  checkRecoveryOptions(recovery)
  if (!(everyMs >= LEAST_EVERY_MS)) throw new TypeError(`everyMs: expected at least ${LEAST_EVERY_MS}.`)
  const tell = harmless(onSweep)
  const report = harmless(onError)
  let { since } = recovery
  while (!signal?.aborted) {
    try {
      const swept = await redeliverFailed(app, { ...recovery, since })
      since = swept.settledUntil
      tell(swept)
    } catch (error) {
      report(error)
    }
    await sleepUnlessAborted(everyMs, { clock, signal })
  }
}

function printError(error: unknown): void {
  console.error('[hubauth] sweeping deliveries:', error)
}
