import type { Clock } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { ApiAnswer } from './api-answer.ts'
import type { Deadline } from './deadline.ts'
import { retryAfter, type Throttle, throttledUntil } from './throttle.ts'

const MAX_ATTEMPTS = 4
const FIRST_BACKOFF_MS = 250

/** What {@link sendWithRetries} needs to know of the app that calls. */
export interface SendContext {
  readonly clock: Clock
  readonly throttle: Throttle
}

/**
 * Makes a call that may be repeated, until GitHub gives an answer worth having.
 *
 * Repeats after network errors, 5xx and throttling, with exponential backoff and jitter, honouring `Retry-After`
 * and `x-ratelimit-reset`; never after any other 4xx. At most four attempts, all before the deadline.
 *
 * @param send Sends once and reads the whole answer: one that breaks off in the middle is a network error too.
 * @returns The first answer that is none of these, or the last 5xx.
 * @throws {HubauthError} `GITHUB_UNAVAILABLE`, `THROTTLED`, or `TIMEOUT` from the deadline.
 */
export async function sendWithRetries(
  { clock, throttle }: SendContext,
  deadline: Deadline,
  send: (signal: AbortSignal) => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  for (let attempt = 1; ; attempt++) {
    if (throttle.blocked) await throttle.wait(deadline.at, deadline.signal)
    const answer = await attemptOnce(send, deadline, attempt)
    const now = clock.now()
    if (answer !== undefined && answer.status < 500) {
      const until = throttledUntil(answer.response, answer.message, now)
      if (until === undefined) return answer
      throttle.block(until)
      if (attempt === MAX_ATTEMPTS) await throttle.wait(0)
      continue
    }
    const backoff = FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random())
    const resumeAt = (answer && retryAfter(answer.response, now)) ?? now + backoff
    if (answer !== undefined && (attempt === MAX_ATTEMPTS || resumeAt > deadline.at)) return answer
    await clock.sleep(Math.max(0, resumeAt - now), deadline.signal)
  }
}

/** Undefined when the network failed and another attempt is due. */
async function attemptOnce(
  send: (signal: AbortSignal) => Promise<ApiAnswer>,
  deadline: Deadline,
  attempt: number,
): Promise<ApiAnswer | undefined> {
  try {
    return await send(deadline.signal)
  } catch (cause) {
    if (deadline.signal.aborted || HubauthError.isInstance(cause)) throw cause
    if (attempt < MAX_ATTEMPTS) return undefined
    throw new HubauthError('GITHUB_UNAVAILABLE', `GitHub could not be reached in ${MAX_ATTEMPTS} attempts.`, {
      cause,
    })
  }
}
