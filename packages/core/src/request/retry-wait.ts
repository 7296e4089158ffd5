import type { GitHubClock } from '../github/github-clock.ts'
import { retryAfter } from '../github/throttle.ts'
import type { RetryEvent } from '../observe.ts'
import { InstallationToken } from '../token/installation-token.ts'
import type { Token } from '../token/token.ts'

/** GitHub needs some seconds until all of it knows a new token and its permissions (octokit/auth-app.js#65, #589). */
const REPLICATION_MS = 10_000
const REPLICATION_WAITS_MS = [1_000, 3_000, 6_000]
const SERVER_ERROR_WAITS_MS = [500, 1_000, 2_000]
const MAX_THROTTLE_WAITS = 3

/** One answer, and how it came about. */
export interface Attempt {
  /** Undefined when the network failed. */
  readonly response: Response | undefined
  readonly token: Token
  readonly method: string
  /** How many waits came before this attempt. */
  readonly waits: number
  /** Whether GitHub has taken this token before, so that it needs no time any more to become known. */
  readonly isEstablished: boolean
  readonly clock: GitHubClock
  /** When GitHub accepts requests again, in epoch milliseconds of this machine, when it refused this one for its rate. */
  readonly throttledUntil: number | undefined
}

/** What comes before another try. */
export interface RetryWait {
  readonly reason: RetryEvent['reason']
  /** In milliseconds. */
  readonly ms: number
}

/** What to wait for before the same request is worth another try; undefined when it is not. */
export function retryWait(attempt: Attempt): RetryWait | undefined {
  const { response, token, method, waits, clock, throttledUntil } = attempt
  if (response === undefined || response.status >= 500) {
    const untold = SERVER_ERROR_WAITS_MS[waits]
    if (untold === undefined || (method !== 'GET' && method !== 'HEAD')) return undefined
    const told = response && retryAfter(response, clock)
    const ms = told === undefined ? untold : Math.max(untold, told - clock.local.now())
    return { reason: response ? 'server' : 'network', ms }
  }
  if (throttledUntil !== undefined) {
    const ms = throttledUntil - clock.local.now()
    return waits < MAX_THROTTLE_WAITS ? { reason: 'throttled', ms } : undefined
  }
  const isFinal = !isReplicating(attempt) || (response.status === 403 && lacksPermission(response, token))
  const ms = REPLICATION_WAITS_MS[waits]
  return isFinal || ms === undefined ? undefined : { reason: 'replicating', ms }
}

/** Whether the answer may be wrong because GitHub does not know the token everywhere yet. */
export function isReplicating({ response, token, isEstablished, clock }: Attempt): boolean {
  const isDoubtful = response?.status === 401 || response?.status === 403 || response?.status === 404
  return (
    isDoubtful &&
    !isEstablished &&
    token instanceof InstallationToken &&
    clock.now() - token.mintedAt < REPLICATION_MS
  )
}

/**
 * Whether a 403 is final: GitHub names the permissions that would do (`issues=write; pull_requests=write`, any one of
 * the alternatives), and the token was minted without them.
 */
function lacksPermission(response: Response, token: Token): boolean {
  const accepted = response.headers.get('x-accepted-github-permissions')
  if (!accepted || !(token instanceof InstallationToken)) return false
  return accepted
    .split(';')
    .every((alternative) => !alternative.split(',').every((entry) => grants(token, entry)))
}

const RANKS: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 }

function grants({ permissions }: InstallationToken, entry: string): boolean {
  const [name = '', level = 'read'] = entry.trim().split('=')
  return (RANKS[permissions[name] ?? ''] ?? 0) >= (RANKS[level] ?? 1)
}
