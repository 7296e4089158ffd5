import type { Actor } from '../auth/actor.ts'
import type { RateLimitOptions } from '../options.ts'

const WINDOW_MS = 3_600_000
const DEFAULT_PER_HOUR = 5000
/** GitHub's limit for requests without authentication. */
const ANONYMOUS_PER_HOUR = 60

/** The limits that are counted apart, as `X-RateLimit-Resource` names them. */
export type RateLimitResource = 'core' | 'graphql' | 'integration_manifest'

/** Where a bucket stands. `reset` is in epoch seconds, as GitHub sends it. */
export interface RateLimitStatus {
  readonly resource: RateLimitResource
  readonly limit: number
  readonly remaining: number
  readonly reset: number
  readonly used: number
}

interface Bucket {
  used: number
  readonly resetAt: number
}

/** Counts requests by the hour: one bucket for each installation, user and app, one for everybody without authentication. */
export class RateLimits {
  readonly #perHour: number
  readonly #enforced: boolean
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: RateLimitOptions = {}) {
    this.#perHour = options.perHour ?? DEFAULT_PER_HOUR
    this.#enforced = options.enforced ?? false
  }

  /** Counts one request. Returns false, and counts nothing, when it is over an enforced limit. */
  take(actor: Actor, { resource, now }: RateLimitKey): boolean {
    const bucket = this.#bucket(actor, { resource, now }, true)
    if (this.#enforced && bucket.used >= this.#limit(actor)) return false
    bucket.used += 1
    return true
  }

  /** Takes a request back that turned out to be free, such as a 304. */
  giveBack(actor: Actor, key: RateLimitKey): void {
    const bucket = this.#bucket(actor, key, false)
    bucket.used = Math.max(0, bucket.used - 1)
  }

  peek(actor: Actor, key: RateLimitKey): RateLimitStatus {
    const limit = this.#limit(actor)
    const { used, resetAt } = this.#bucket(actor, key, false)
    return {
      resource: key.resource,
      limit,
      remaining: Math.max(0, limit - used),
      reset: Math.ceil(resetAt / 1000),
      used: Math.min(used, limit),
    }
  }

  #limit(actor: Actor): number {
    return actor.kind === 'anonymous' ? ANONYMOUS_PER_HOUR : this.#perHour
  }

  #bucket(actor: Actor, { resource, now }: RateLimitKey, keep: boolean): Bucket {
    const key = `${resource} ${rateLimitSubject(actor)}`
    const known = this.#buckets.get(key)
    // A clock that was moved far back would leave a window that ends days ahead.
    const isOpen = known !== undefined && now < known.resetAt && known.resetAt - now <= 2 * WINDOW_MS
    if (isOpen) return known
    const fresh: Bucket = { used: 0, resetAt: now + WINDOW_MS }
    if (keep) this.#remember(key, fresh, now)
    return fresh
  }

  // Windows are equally long, so the oldest bucket is the first to be over.
  #remember(key: string, fresh: Bucket, now: number): void {
    this.#buckets.delete(key)
    for (const [old, { resetAt }] of this.#buckets) {
      if (now < resetAt) break
      this.#buckets.delete(old)
    }
    this.#buckets.set(key, fresh)
  }
}

/** Which limit is meant, and when; `now` in epoch milliseconds. */
export interface RateLimitKey {
  readonly resource: RateLimitResource
  readonly now: number
}

/** Whom a limit is for, in GitHub's words. */
export function rateLimitSubject(actor: Actor): string {
  switch (actor.kind) {
    case 'installation':
      return `installation ID ${actor.token.installation.id}`
    case 'user':
      return `user ID ${actor.token.user.id}`
    case 'app':
    case 'client':
      return `app ID ${actor.app.id}`
    case 'anonymous':
      return '127.0.0.1'
  }
}
