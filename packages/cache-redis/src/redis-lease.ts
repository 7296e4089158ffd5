import { randomUUID } from 'node:crypto'
import type { Lease } from '@hubauth/core'
import { digest } from './digest.ts'
import type { RedisPlace } from './redis-client.ts'
import { prefixOf, redisCommands } from './redis-commands.ts'
import { orGivenBack, RELEASE } from './release.ts'

/**
 * A lease in Redis, for {@link Lease} where the cache is somewhere else; {@link redisCache} brings its own. Whoever reads
 * Redis finds no names, only their digests.
 *
 * It lasts as long as one Redis remembers it: after a failover there may be two holders, which costs a mint.
 *
 * @throws {TypeError} When an option can never work.
 */
export function redisLease(place: RedisPlace): Lease {
  const redis = redisCommands(place.client)
  const prefix = `${prefixOf(place)}l:`
  return {
    async acquire(name, ttlMs, { signal } = {}) {
      signal?.throwIfAborted()
      const key = prefix + digest(name)
      const owner = randomUUID()
      const release = async () => {
        await redis.run(RELEASE, key, [owner])
      }
      const granted = redis.setNew(key, owner, { ttlMs: Math.max(1, Math.ceil(ttlMs)), signal })
      const isGranted = await orGivenBack(granted, { signal, isGranted: (given) => given, release })
      return isGranted ? release : undefined
    },
  }
}
