import { HubauthError, type HubauthErrorCode } from './errors.ts'

/** Whose doing it is. */
interface OfApp {
  /** App ID or client ID, as given; undefined for a fetch with somebody else's tokens. */
  readonly app: string | number | undefined
}

interface OfInstallation extends OfApp {
  readonly installationId: number
}

/** How work went. */
interface Timed {
  /** In milliseconds, by the clock of this machine. */
  readonly durationMs: number
  /** Why it failed: the code of a {@link HubauthError}, or `OTHER`. Undefined when it did not. */
  readonly error?: HubauthErrorCode | 'OTHER' | undefined
}

/** A token was there: in the memory of this process, or in the cache that processes share. */
export interface HitEvent extends OfInstallation {
  readonly type: 'hit'
  readonly tier: 'memory' | 'shared'
}

/** GitHub was asked for a token. */
export interface MintEvent extends OfInstallation, Timed {
  readonly type: 'mint'
}

/** A token that is still served was renewed in the background, because it expires soon. */
export interface RenewEvent extends OfInstallation, Timed {
  readonly type: 'renew'
}

/**
 * Another process was minting, and this one waited: until the token was there (`shared`), until it could mint itself
 * (`took-over`: the other one failed or died), or for as long as it could afford (`gave-up`, and minted itself).
 */
export interface WaitEvent extends OfInstallation, Timed {
  readonly type: 'wait'
  readonly outcome: 'shared' | 'took-over' | 'gave-up'
}

/**
 * A token was dropped before its time: GitHub refused it, an installation changed (see `applyDelivery`), or it was revoked.
 */
export interface EvictEvent extends OfInstallation {
  readonly type: 'evict'
  readonly reason: 'rejected' | 'changed' | 'revoked'
}

/** The key signed an app JWT. */
export interface SignEvent extends OfApp, Timed {
  readonly type: 'sign'
}

/** GitHub was asked which installation a name belongs to. */
export interface LookupEvent extends OfApp, Timed {
  readonly type: 'lookup'
}

/** What GitHub's rate-limit headers said last (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api). */
export interface Budget {
  /** App ID or client ID, as given. */
  readonly app: string | number | undefined
  /** Whose requests are counted; undefined for those of the app itself, with its JWT. */
  readonly installationId?: number | undefined
  /** `core`, `search`, `graphql`, … */
  readonly resource: string
  /** Requests in all until `resetAt`. */
  readonly limit: number
  readonly remaining: number
  readonly used: number
  /** When `remaining` is `limit` again, in epoch milliseconds of this machine. */
  readonly resetAt: number
}

/** One HTTP request to GitHub's API, with an installation's token or the app's JWT. */
export interface RequestEvent extends OfApp, Timed {
  readonly type: 'request'
  readonly installationId?: number | undefined
  readonly method: string
  /** The host of the API, such as `api.github.com`. Never the path: it names repositories. */
  readonly host: string
  /** GitHub's status; undefined when no answer came. */
  readonly status?: number | undefined
  /** What is known of the rate limit after this answer; undefined when it said nothing. */
  readonly budget?: Budget | undefined
}

/** A request is going to be sent again. */
export interface RetryEvent extends OfApp {
  readonly type: 'retry'
  readonly installationId?: number | undefined
  /**
   * `network` no answer; `server` a 5xx; `throttled` for its rate; `replicating` the token is too new to be known
   * everywhere; `refused` a 401, with another token; `skew` with a JWT by GitHub's clock.
   */
  readonly reason: 'network' | 'server' | 'throttled' | 'replicating' | 'refused' | 'skew'
  /** How long it waits first, in milliseconds. */
  readonly waitMs: number
}

/** GitHub refused a request for its rate, or one was not sent because it would. */
export interface ThrottleEvent extends OfApp {
  readonly type: 'throttle'
  readonly installationId?: number | undefined
  /** When GitHub accepts requests again, in epoch milliseconds of this machine. */
  readonly retryAt: number
}

/** A store that processes share stopped working, or works again. Told once each. */
export type StoreEvent =
  | {
      readonly type: 'store'
      readonly store: 'cache' | 'claims'
      readonly state: 'down'
      readonly error: HubauthError
    }
  | {
      readonly type: 'store'
      readonly store: 'cache' | 'claims'
      readonly state: 'up'
      /** How long it was down, in milliseconds. */
      readonly downMs: number
    }

/** An installation changed, so its tokens and lookups were dropped: a delivery said so here, or in another process. */
export interface ChangeEvent {
  readonly type: 'change'
  readonly origin: 'here' | 'elsewhere'
}

/** A request to the webhook receiver was answered. */
export interface DeliveryEvent extends Timed {
  readonly type: 'delivery'
  /** Undefined when it was refused before its signature was checked, or for a wrong one. */
  readonly event?: string | undefined
  readonly action?: string | undefined
  /** `X-GitHub-Delivery`, where `event` is known. */
  readonly id?: string | undefined
  /** `failed`: a handler, or the queue. `refused`: not a valid delivery. The others are what the answer's body says. */
  readonly outcome:
    | 'handled'
    | 'accepted'
    | 'queued'
    | 'ignored'
    | 'duplicate'
    | 'pong'
    | 'running'
    | 'failed'
    | 'refused'
  /** What was answered. */
  readonly status: number
}

/** A worker is done with one attempt at a delivery from a queue. */
export interface JobEvent extends Timed {
  readonly type: 'job'
  readonly event: string
  readonly action?: string | undefined
  /** `X-GitHub-Delivery`. */
  readonly id: string
  /** From 1. */
  readonly attempt: number
  /** `failed`: there will be another attempt. `dead`: that was the last one. */
  readonly outcome: 'handled' | 'failed' | 'dead'
  /** From its arrival to the start of this attempt, in milliseconds. */
  readonly queuedMs: number
}

/** Everything that Hubauth tells an observer. Never a secret, a payload, or a name of a repository. */
export type HubauthEvent =
  | HitEvent
  | MintEvent
  | RenewEvent
  | WaitEvent
  | EvictEvent
  | SignEvent
  | LookupEvent
  | RequestEvent
  | RetryEvent
  | ThrottleEvent
  | StoreEvent
  | ChangeEvent
  | DeliveryEvent
  | JobEvent

/** Is told what happens, while it happens: keep it short. What it throws is printed and hurts nobody. */
export type Observe = (event: HubauthEvent) => void

/** The code to report for whatever was thrown. */
export function errorCode(error: unknown): HubauthErrorCode | 'OTHER' {
  return HubauthError.isInstance(error) ? error.code : 'OTHER'
}

/** Does work, and tells how long it took and why it failed, when somebody wants to know. */
export async function timed<T>(
  clock: { now(): number },
  work: () => Promise<T>,
  tell: ((how: Timed) => void) | undefined,
): Promise<T> {
  if (tell === undefined) return work()
  const startedAt = clock.now()
  const told = (error?: HubauthErrorCode | 'OTHER') => tell({ durationMs: clock.now() - startedAt, error })
  try {
    const result = await work()
    told()
    return result
  } catch (error) {
    told(errorCode(error))
    throw error
  }
}
