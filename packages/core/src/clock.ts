import { HubauthError } from './errors.ts'

/**
 * Time, as everything in Hubauth sees it. Pass your own to drive time in tests (`manualClock` of
 * `@hubauth/testing`).
 */
export interface Clock {
  /** The current time in epoch milliseconds. */
  now(): number

  /**
   * Resolves after `ms` milliseconds; rejects with the signal's reason as soon as `signal` aborts, and
   * leaves no timer behind then.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** The longest delay that `setTimeout` keeps; a longer one would fire at once. */
const LONGEST_TIMER_MS = 2_147_483_647

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      const stop = () => {
        clearTimeout(timer)
        reject(signal?.reason)
      }
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', stop)
          resolve()
        },
        Math.min(ms, LONGEST_TIMER_MS),
      )
      signal?.addEventListener('abort', stop, { once: true })
    }),
}

/** Whether `ms` milliseconds have passed since then; a clock that was set back must not hold up what waits for that. */
export function hasPassed(clock: Clock, since: number, ms: number): boolean {
  const elapsedMs = clock.now() - since
  return elapsedMs < 0 || elapsedMs >= ms
}

/** Waits for `work`, but no longer than until `signal` aborts; the work itself goes on for whoever else waits. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return work
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason)
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
    if (signal.aborted) stop()
    else signal.addEventListener('abort', stop, { once: true })
  })
}

/** A moment by which work must be done, and the signal that says it has passed. */
export interface Deadline {
  /** Epoch milliseconds, by the clock that made it. */
  readonly at: number
  readonly signal: AbortSignal
}

/** Options of {@link withDeadline}. */
export interface DeadlineOptions {
  readonly clock: Clock
  /** In milliseconds. */
  readonly timeoutMs: number
  /** What is being done, for the message: "Minting a token for installation 7". */
  readonly what: string
}

/** A reason costs nothing; without one, `abort()` makes an exception with a stack trace for every call. */
const DONE = 'done'

/**
 * Gives `work` a deadline for all its steps together. When it passes, the answer is an error, also when a step
 * ignores the signal.
 *
 * @throws {HubauthError} `TIMEOUT`.
 */
export function withDeadline<T>(
  { clock, timeoutMs, what }: DeadlineOptions,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const expired = new AbortController()
  const done = new AbortController()
  return new Promise((resolve, reject) => {
    const expire = () => {
      const error = new HubauthError('TIMEOUT', `${what} took longer than ${timeoutMs} ms.`)
      expired.abort(error)
      reject(error)
    }
    clock.sleep(timeoutMs, done.signal).then(expire, () => undefined)
    const settled = (async () => work({ at: clock.now() + timeoutMs, signal: expired.signal }))()
    settled.then(resolve, reject).finally(() => done.abort(DONE))
  })
}
