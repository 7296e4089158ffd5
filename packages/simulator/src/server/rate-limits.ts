import type { Actor } from '../auth/authenticate.ts'
import type { RateLimitOptions } from '../options.ts'

const WINDOW_MS = 3_600_000
const DEFAULT_PER_HOUR = 5000
/** GitHub's limit for requests without authentication. */
const ANONYMOUS_PER_HOUR = 60

/** Where a bucket stands. `reset` is in epoch seconds, as GitHub sends it. */
export interface RateLimitStatus {
  readonly limit: number
  readonly remaining: number
  readonly reset: number
  readonly used: number
}

interface Bucket {
  used: number
  resetAt: number
}

/** Counts requests by the hour: one bucket for each installation and each app, one for everybody without authentication. */
export class RateLimits {
  readonly #perHour: number
  readonly #enforced: boolean
  readonly #buckets = new Map<string, Bucket>()

  /** @throws {TypeError} when `perHour` is not a positive integer. */
  constructor(options: RateLimitOptions = {}) {
    this.#perHour = options.perHour ?? DEFAULT_PER_HOUR
    this.#enforced = options.enforced ?? false
    if (!Number.isSafeInteger(this.#perHour) || this.#perHour < 1)
      throw new TypeError('rateLimit.perHour must be a positive integer')
  }

  /** Counts one request. Returns undefined when it is over an enforced limit. */
  take(actor: Actor, now: number): RateLimitStatus | undefined {
    const bucket = this.#bucket(actor, now)
    if (this.#enforced && bucket.used >= this.#limit(actor)) return undefined
    bucket.used += 1
    return this.peek(actor, now)
  }

  peek(actor: Actor, now: number): RateLimitStatus {
    const limit = this.#limit(actor)
    const { used, resetAt } = this.#bucket(actor, now)
    return {
      limit,
      remaining: Math.max(0, limit - used),
      reset: Math.ceil(resetAt / 1000),
      used: Math.min(used, limit),
    }
  }

  #limit(actor: Actor): number {
    return actor.kind === 'anonymous' ? ANONYMOUS_PER_HOUR : this.#perHour
  }

  #bucket(actor: Actor, now: number): Bucket {
    const key = rateLimitSubject(actor)
    const known = this.#buckets.get(key)
    if (known !== undefined && now < known.resetAt) return known
    const fresh: Bucket = { used: 0, resetAt: now + WINDOW_MS }
    this.#buckets.set(key, fresh)
    return fresh
  }
}

/** Whom a limit is for, in GitHub's words. */
export function rateLimitSubject(actor: Actor): string {
  switch (actor.kind) {
    case 'installation':
      return `installation ID ${actor.token.installation.id}`
    case 'app':
      return `app ID ${actor.app.id}`
    case 'anonymous':
      return '127.0.0.1'
  }
}
