import { randomUUID } from 'node:crypto'
import type { DeliveryClaims } from '@hubauth/core'
import { digest } from './digest.ts'
import type { RedisPlace } from './redis-client.ts'
import { prefixOf, redisCommands } from './redis-commands.ts'
import { orGivenBack, RELEASE } from './release.ts'

const HANDLED = 'handled'

/** Who holds it afterwards. A claim that a client sent twice, because the connection broke, is still its own. */
const CLAIM = `local held = redis.call('GET', KEYS[1])
if held and held ~= ARGV[1] then return held end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return ARGV[1]`

/**
 * Delivery claims in Redis, for the `claims` of `createWebhookReceiver`: a delivery that GitHub sends to two processes is
 * handled by one. Redis gets no payload and no delivery id: names are digests (SHA-256).
 *
 * @throws {TypeError} When an option can never work.
 */
export function redisClaims(place: RedisPlace): DeliveryClaims {
  const redis = redisCommands(place.client)
  const prefix = `${prefixOf(place)}d:`
  return {
    async claim(name, { ttlMs, runningTtlMs, signal }) {
      signal?.throwIfAborted()
      const key = prefix + digest(name)
      const owner = `running:${randomUUID()}`
      const release = async () => {
        await redis.run(RELEASE, key, [owner])
      }
      const claimed = redis.run(CLAIM, key, [owner, `${Math.max(1, Math.ceil(runningTtlMs))}`])
      const holder = await orGivenBack(claimed, { signal, isGranted: (held) => held === owner, release })
      if (holder !== owner) return holder === HANDLED ? 'handled' : 'running'
      return {
        // Also when the claim ran out meanwhile: it was handled, whoever else is at it.
        complete: () => redis.set(key, HANDLED, Math.max(1, Math.ceil(ttlMs))),
        release,
      }
    },
  }
}
