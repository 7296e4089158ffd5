import type { GitHubErrorCode } from '../errors/github-errors.ts'
import type { FaultMode } from './failure-modes.ts'

/** Until then a client has to wait, when it is told. */
const WAIT_SECONDS = 60
const PER_HOUR = '5000'
/** The first installation, when there is nothing else to say. */
const SUBJECT = 'installation ID 40000001'

/** Which error a failure mode is, and what comes with it. */
export interface FaultPreset {
  readonly code: GitHubErrorCode
  readonly headers?: Readonly<Record<string, string>>
  readonly values?: Readonly<Record<string, string>>
}

/** What happens to a request in the failure modes that are faults; `now` is in epoch milliseconds. */
export const FAULT_PRESETS: Readonly<Record<FaultMode, (now: number) => FaultPreset>> = {
  'primary-rate-limit': (now) => ({
    code: 'RATE_LIMIT_EXCEEDED',
    values: { subject: SUBJECT },
    headers: {
      'x-ratelimit-limit': PER_HOUR,
      'x-ratelimit-remaining': '0',
      'x-ratelimit-used': PER_HOUR,
      'x-ratelimit-reset': String(Math.ceil(now / 1000) + WAIT_SECONDS),
      'x-ratelimit-resource': 'core',
    },
  }),
  'secondary-rate-limit': () => ({
    code: 'SECONDARY_RATE_LIMIT',
    headers: { 'retry-after': String(WAIT_SECONDS) },
  }),
  'too-many-bad-logins': () => ({ code: 'TOO_MANY_BAD_LOGINS' }),
  'server-outage': () => ({ code: 'SERVER_ERROR' }),
}
