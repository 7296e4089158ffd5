import { type Clock, untilAborted } from '../clock.ts'
import { HubauthError } from '../errors.ts'

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

/**
 * Gives `work` a deadline for all its steps together. When it passes, the answer is an error, also when a step
 * ignores the signal.
 *
 * @throws {HubauthError} `TIMEOUT`.
 */
export async function withDeadline<T>(
  { clock, timeoutMs, what }: DeadlineOptions,
  work: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const expired = new AbortController()
  const done = new AbortController()
  clock.sleep(timeoutMs, done.signal).then(
    () => expired.abort(new HubauthError('TIMEOUT', `${what} took longer than ${timeoutMs} ms.`)),
    () => undefined,
  )
  try {
    return await untilAborted(work({ at: clock.now() + timeoutMs, signal: expired.signal }), expired.signal)
  } finally {
    done.abort()
  }
}
