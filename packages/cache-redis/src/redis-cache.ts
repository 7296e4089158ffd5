import {
  type Clock,
  plaintextCache,
  type SharedCache,
  sealedCache,
  sealing,
  systemClock,
  type TokenCache,
} from '@hubauth/core'
import { redisChangeLog } from './redis-change-log.ts'
import type { RedisPlace } from './redis-client.ts'
import { prefixOf, redisCommands } from './redis-commands.ts'
import { redisLease } from './redis-lease.ts'

/** Options of {@link redisCache}. */
export interface RedisCacheOptions extends RedisPlace {
  /**
   * At least 32 characters of random text, such as `openssl rand -base64 32` prints; the same in every process. To change it:
   * `[old, new]` everywhere, then `[new, old]`, then `new`, an hour after the last step. `'none'` keeps tokens readable for
   * everybody who can read Redis.
   */
  readonly sealWith: string | readonly string[] | undefined
  /** Default: the clock of the machine. */
  readonly clock?: Pick<Clock, 'now'> | undefined
}

/**
 * A token cache in Redis, for the `cache` of `createGitHubAuth`, with the lease by which processes mint once, and the log by
 * which they learn that an installation has changed. Tokens are sealed with AES-256-GCM, and the names of keys are
 * HMACs (see {@link sealedCache}).
 *
 * Entries end by the span that is left when they are set, so the clock of Redis may be wrong. A client that queues a
 * command while Redis is away sets an entry that ends later by that time; core does not hand out an expired token.
 *
 * Its methods reject with `CACHE_FAILED`, or `SEAL_BROKEN` for what was damaged or written by others.
 *
 * @throws {TypeError} When an option can never work, and without `sealWith`.
 */
export function redisCache(options: RedisCacheOptions): TokenCache {
  const { sealWith } = options
  const seal = sealWith === 'none' ? plaintextCache : sealedWith(sealWith)
  return seal({ ...entries(options), lease: redisLease(options), changes: redisChangeLog(options) })
}

function sealedWith(secret: RedisCacheOptions['sealWith']): (cache: SharedCache) => TokenCache {
  if (secret === undefined || secret === '')
    throw new TypeError(
      'sealWith: expected a secret, such as "openssl rand -base64 32" prints, the same in every process; or \'none\' to keep tokens readable in Redis.',
    )
  sealing(secret, 'sealWith')
  return (cache) => sealedCache(cache, secret)
}

function entries(options: RedisCacheOptions): SharedCache {
  const { client, clock = systemClock } = options
  const redis = redisCommands(client)
  const prefix = `${prefixOf(options)}t:`
  return {
    get: (name) => redis.get(prefix + name),
    async set(name, value, expiresAt) {
      const ttlMs = Math.floor(expiresAt - clock.now())
      await (ttlMs >= 1 ? redis.set(prefix + name, value, ttlMs) : redis.delete(prefix + name))
    },
    delete: (name) => redis.delete(prefix + name),
  }
}
