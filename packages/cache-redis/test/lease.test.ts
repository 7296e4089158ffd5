import { setImmediate } from 'node:timers/promises'
import { withoutRedis } from '@hubauth/stores/redis'
import { describe, expect, test, vi } from 'vitest'
import { redisLease } from '../src/index.ts'
import { CLIENTS } from './clients.ts'
import { clientOf, inspector, redisForTest } from './on-redis.ts'

const reason = withoutRedis()
const families = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]

describe.skipIf(reason !== undefined)(`a lease${reason === undefined ? '' : ` (${reason})`}`, () => {
  test.for(families)(
    'that is granted after its signal aborted is given back, with %s',
    { timeout: 20_000 },
    async (family) => {
      const redis = await redisForTest()
      const lease = redisLease({ client: await clientOf(redis, family) })
      const look = await inspector(redis)
      const controller = new AbortController()
      const stopped = new Error('nobody waits')
      redis.pause()
      const acquired = lease.acquire('name', 60_000, { signal: controller.signal })
      // Until it is on its way: redis 6 collects commands before it writes them.
      for (let turn = 0; turn < 3; turn++) await setImmediate()
      controller.abort(stopped)
      // Redis has not answered, and cannot.
      await expect(acquired).rejects.toBe(stopped)
      redis.resume()
      const sets = async () =>
        Number(/cmdstat_set:calls=(\d+)/.exec(await look.info('commandstats'))?.[1] ?? 0)
      await vi.waitFor(async () => expect(await sets()).toBe(1), 10_000)
      await vi.waitFor(async () => expect(await look.dbSize()).toBe(0), 10_000)
      expect(await lease.acquire('name', 60_000)).toBeDefined()
    },
  )

  test.for(families)(
    'that was asked for while Redis was away, and given up, holds nobody when Redis is back, with %s',
    { timeout: 20_000 },
    async (family) => {
      const redis = await redisForTest()
      const lease = redisLease({ client: await clientOf(redis, family) })
      const first = await lease.acquire('other', 60_000)
      expect(first).toBeDefined()
      await redis.kill()
      const controller = new AbortController()
      const acquired = lease.acquire('name', 60_000, { signal: controller.signal })
      controller.abort()
      await expect(acquired).rejects.toBe(controller.signal.reason)
      await redis.start()
      await vi.waitFor(async () => expect(await lease.acquire('name', 60_000)).toBeDefined(), 10_000)
    },
  )

  test('is dropped from the queue of a client that can do so', async () => {
    const redis = await redisForTest()
    const client = await clientOf(redis)
    const lease = redisLease({ client })
    await redis.kill()
    const controller = new AbortController()
    const acquired = lease.acquire('name', 60_000, { signal: controller.signal })
    controller.abort()
    await expect(acquired).rejects.toBe(controller.signal.reason)
    await redis.start()
    await vi.waitFor(async () => expect(await client.get('nothing')).toBeNull(), 10_000)
    const look = await inspector(redis)
    expect(await look.info('commandstats')).not.toContain('cmdstat_set:')
  })

  test('that ran out and was taken by another is not released by the one before', async () => {
    const redis = await redisForTest()
    const lease = redisLease({ client: await clientOf(redis) })
    const release = await lease.acquire('name', 1)
    await vi.waitFor(async () => expect(await lease.acquire('name', 60_000)).toBeDefined())
    await release?.()
    expect(await lease.acquire('name', 60_000)).toBeUndefined()
  })
})
