import { type Clock, systemClock } from '../clock.ts'
import { ask, type DeliveriesApp } from './deliveries-api.ts'
import type { DeliveryAttempt } from './delivery-attempt.ts'
import { type FailedDeliveries, type FailedDelivery, findFailed } from './failed-deliveries.ts'

/** GitHub keeps deliveries for three days, and redelivers none that is older. */
const MAX_AGE_MS = 3 * 24 * 60 * 60 * 1_000
/** With pauses that double from one minute, the twelfth attempt is 34 hours after the first. */
const MAX_ATTEMPTS = 12
const PAUSE_MS = 60_000
const MAX_REDELIVERIES = 1_000
/** GitHub asks for a second between calls that change something. */
const PER_MINUTE = 60

/** Options of {@link redeliverFailed}. */
export interface RecoveryOptions {
  /**
   * The `settledUntil` of an earlier sweep, which saves listing what came before. Sweep without it after a change of the other
   * options. Default: everything that is young enough.
   */
  readonly since?: number | undefined
  /** How old a delivery may be, in milliseconds. Default 259 200 000: three days, for which GitHub keeps deliveries. */
  readonly maxAgeMs?: number | undefined
  /** Chooses what to redeliver, by the first attempt; must not change its mind. Default everything. */
  readonly filter?: ((first: DeliveryAttempt) => boolean) | undefined
  /** How often a delivery is attempted in all, with the first time. Default 12. */
  readonly maxAttempts?: number | undefined
  /** How long to leave a delivery alone after its first attempt, in milliseconds; doubles with each attempt. Default 60 000. */
  readonly pauseMs?: number | undefined
  /** How many deliveries one sweep redelivers. Default 1 000. */
  readonly maxRedeliveries?: number | undefined
  /** How many deliveries to redeliver in a minute, evenly spaced. Default 60. */
  readonly perMinute?: number | undefined
  /** Ends the sweep early; the report says what was done until then. */
  readonly signal?: AbortSignal | undefined
  readonly clock?: Clock | undefined
}

/** A delivery that could not be redelivered, and why; later sweeps try again. */
export interface RefusedDelivery {
  readonly delivery: FailedDelivery
  readonly error: unknown
}

/** What a sweep found and did. */
export interface RecoveryReport {
  /** `done`: nothing more to do now. Otherwise why it ended early; the next sweep goes on. */
  readonly endedBy: 'done' | 'throttled' | 'aborted' | 'maxRedeliveries'
  /** GitHub agreed to redeliver these. How that went is what the next sweep finds out. */
  readonly redelivered: readonly FailedDelivery[]
  readonly refused: readonly RefusedDelivery[]
  /** For later sweeps: their pause is not over, or this sweep ended before their turn. */
  readonly waiting: readonly FailedDelivery[]
  /** Failed `maxAttempts` times. */
  readonly givenUp: readonly FailedDelivery[]
  /**
   * Epoch milliseconds of GitHub's clock: of what began before, nothing is left to be done, ever. Keep it and pass it to the next
   * sweep as `since`.
   */
  readonly settledUntil: number
}

/**
 * Looks once through the deliveries to the app's webhook, and asks GitHub to redeliver those that no attempt brought to the
 * receiver, oldest first: GitHub itself never does.
 *
 * Keeps no state but GitHub's list, so it may be stopped at any time. GitHub lists an attempt when it is over: a sweep less than
 * half a minute after another one, or beside it, may redeliver again what is under way, which the receiver then has to recognise.
 *
 * @throws {TypeError} For options that can never work.
 * @throws {HubauthError} When GitHub does not give its list. Refused redeliveries and throttling are in the report.
 */
export async function redeliverFailed(
  app: DeliveriesApp,
  options: RecoveryOptions = {},
): Promise<RecoveryReport> {
  checkRecoveryOptions(options)
  const { since = 0, maxAgeMs = MAX_AGE_MS, signal, clock = systemClock } = options
  const found = await findFailed(app, { since, maxAgeMs, signal, clock })
  if (typeof found === 'string')
    return { endedBy: found, redelivered: [], refused: [], waiting: [], givenUp: [], settledUntil: since }
  const { due, resting, givenUp } = sorted(found, options)
  const { endedBy, redelivered, refused } = await redeliverAll(app, due, options)
  const unsettled = [...due, ...resting]
  return {
    endedBy,
    redelivered,
    refused,
    waiting: [...due.slice(redelivered.length + refused.length), ...resting],
    givenUp,
    settledUntil: unsettled.reduce(
      (until, { first }) => Math.min(until, first.deliveredAt),
      found.listedUntil,
    ),
  }
}

/** @throws {TypeError} For the first option that can never work. */
export function checkRecoveryOptions({
  since = 0,
  maxAgeMs = 1,
  maxAttempts = 1,
  pauseMs = 0,
  maxRedeliveries = 1,
  perMinute = 1,
}: RecoveryOptions): void {
  if (!(since >= 0 && since < Number.POSITIVE_INFINITY))
    throw new TypeError('since: expected epoch milliseconds.')
  for (const [name, value] of Object.entries({ maxAgeMs, maxAttempts, maxRedeliveries, perMinute }))
    if (!(value > 0)) throw new TypeError(`${name}: expected more than 0.`)
  if (!(pauseMs >= 0)) throw new TypeError('pauseMs: expected 0 or more milliseconds.')
}

interface Sorted {
  readonly due: readonly FailedDelivery[]
  readonly resting: readonly FailedDelivery[]
  readonly givenUp: readonly FailedDelivery[]
}

/** By GitHub's clock throughout: a wrong clock of this machine changes nothing. */
function sorted(
  { failed, readAt }: FailedDeliveries,
  { filter = () => true, maxAttempts = MAX_ATTEMPTS, pauseMs = PAUSE_MS }: RecoveryOptions,
): Sorted {
  const due: FailedDelivery[] = []
  const resting: FailedDelivery[] = []
  const givenUp: FailedDelivery[] = []
  for (const delivery of failed) {
    const { first, last, attempts } = delivery
    if (!filter(first)) continue
    if (attempts >= maxAttempts) givenUp.push(delivery)
    else if (last.deliveredAt + pauseMs * 2 ** (attempts - 1) > readAt) resting.push(delivery)
    else due.push(delivery)
  }
  return { due, resting, givenUp }
}

async function redeliverAll(
  app: DeliveriesApp,
  due: readonly FailedDelivery[],
  {
    maxRedeliveries = MAX_REDELIVERIES,
    perMinute = PER_MINUTE,
    signal,
    clock = systemClock,
  }: RecoveryOptions,
): Promise<Pick<RecoveryReport, 'endedBy' | 'redelivered' | 'refused'>> {
  const redelivered: FailedDelivery[] = []
  const refused: RefusedDelivery[] = []
  const ended = (endedBy: RecoveryReport['endedBy']) => ({ endedBy, redelivered, refused })
  for (const delivery of due) {
    if (redelivered.length >= maxRedeliveries) return ended('maxRedeliveries')
    if (redelivered.length + refused.length > 0)
      await sleepUnlessAborted(60_000 / perMinute, { clock, signal })
    try {
      const path = `/app/hook/deliveries/${delivery.last.id}/attempts`
      const answer = await ask(app, path, { method: 'POST', signal, clock })
      if (typeof answer === 'string') return ended(answer)
      redelivered.push(delivery)
    } catch (error) {
      refused.push({ delivery, error })
    }
  }
  return ended('done')
}

/** Returns early, and without an error, when the signal aborts. */
export async function sleepUnlessAborted(
  ms: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal | undefined },
): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    if (!signal?.aborted) throw error
  }
}
