import type { Deadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { type ApiAnswer, property } from './api-answer.ts'
import type { GitHubClock } from './github-clock.ts'
import type { GitHubHost } from './host.ts'
import { retryAfter, type Throttle, throttledUntil } from './throttle.ts'
import type { Traffic } from './traffic.ts'

const MAX_ATTEMPTS = 4
const FIRST_BACKOFF_MS = 250
/** What GitHub counts the calls of an app as. */
export const APP_CALLS = { installationId: undefined, resource: 'core' } as const

/** What {@link sendWithRetries} needs to know of the app that calls. */
export interface SendContext {
  readonly host: GitHubHost
  readonly clock: GitHubClock
  readonly throttle: Throttle
  readonly traffic: Traffic
}

/**
 * Makes a call that may be repeated, until GitHub gives an answer worth having.
 *
 * Repeats after network errors, 5xx and throttling, with exponential backoff and jitter, honouring `Retry-After`
 * and `x-ratelimit-reset`; never after any other 4xx. At most four attempts, all before the deadline.
 *
 * @param send Sends once, under the deadline's signal, and reads the whole answer: one that breaks off in the middle is a
 * network error too.
 * @returns The first answer that is none of these, or the last 5xx.
 * @throws {HubauthError} `GITHUB_UNAVAILABLE`, `THROTTLED`, or `TIMEOUT` from the deadline.
 */
export async function sendWithRetries(
  { host, clock, throttle, traffic }: SendContext,
  deadline: Deadline,
  send: () => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const { local } = clock
  for (let attempt = 1; ; attempt++) {
    if (throttle.blocked) await throttle.wait(deadline.at, deadline.signal)
    let answer: ApiAnswer | undefined
    try {
      answer = await send()
    } catch (cause) {
      if (deadline.signal.aborted || HubauthError.isInstance(cause)) throw cause
      if (attempt === MAX_ATTEMPTS)
        throw unreachable(`${host.apiUrl} could not be reached in ${MAX_ATTEMPTS} attempts`, cause)
    }
    if (answer !== undefined && answer.status < 500) {
      const until = throttledUntil(answer.response, answer.message, clock)
      if (until === undefined) return answer
      throttle.block(until)
      traffic.refused(APP_CALLS, answer.response, until)
      if (attempt === MAX_ATTEMPTS) throw throttle.error()
      if (until <= deadline.at) traffic.retried(APP_CALLS, 'throttled', until - local.now())
      continue
    }
    const backoff = FIRST_BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random())
    const resumeAt = (answer && retryAfter(answer.response, clock)) ?? local.now() + backoff
    if (answer !== undefined && (attempt === MAX_ATTEMPTS || resumeAt > deadline.at)) return answer
    const waitMs = Math.max(0, resumeAt - local.now())
    traffic.retried(APP_CALLS, answer ? 'server' : 'network', waitMs)
    await local.sleep(waitMs, deadline.signal)
  }
}

/** The error for a network that failed, with the reason of the system (`ECONNREFUSED`) where `fetch` hides it. */
export function unreachable(what: string, cause: unknown): HubauthError {
  const code = property(property(cause, 'cause'), 'code')
  return new HubauthError('GITHUB_UNAVAILABLE', `${what}${typeof code === 'string' ? ` (${code})` : ''}.`, {
    cause,
  })
}
