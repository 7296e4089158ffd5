import { setImmediate } from 'node:timers/promises'
import { withoutRedis } from '@hubauth/stores/redis'
import { describe, expect, test, vi } from 'vitest'
import { redisClaims } from '../src/index.ts'
import { CLIENTS } from './clients.ts'
import { clientOf, inspector, redisForTest } from './on-redis.ts'

const reason = withoutRedis()
const families = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]
const TIMES = { ttlMs: 60_000, runningTtlMs: 60_000 }

describe.skipIf(reason !== undefined)(`a claim${reason === undefined ? '' : ` (${reason})`}`, () => {
  test.for(families)(
    'that is given after its signal aborted is released, so that a redelivery is handled, with %s',
    { timeout: 20_000 },
    async (family) => {
      const redis = await redisForTest()
      const claims = redisClaims({ client: await clientOf(redis, family) })
      const look = await inspector(redis)
      const controller = new AbortController()
      redis.pause()
      const claimed = claims.claim('delivery', { ...TIMES, signal: controller.signal })
      // Until it is on its way: redis 6 collects commands before it writes them.
      for (let turn = 0; turn < 3; turn++) await setImmediate()
      controller.abort(new Error('nobody waits'))
      await expect(claimed).rejects.toBe(controller.signal.reason)
      redis.resume()
      const scripts = async () =>
        Number(/cmdstat_eval:calls=(\d+)/.exec(await look.info('commandstats'))?.[1] ?? 0)
      await vi.waitFor(async () => expect(await scripts()).toBe(2), 10_000)
      await vi.waitFor(async () => expect(await look.dbSize()).toBe(0), 10_000)
      expect(typeof (await claims.claim('delivery', TIMES))).toBe('object')
    },
  )

  test('rejects at once with the reason of a signal that aborted before, and claims nothing', async () => {
    const redis = await redisForTest()
    const claims = redisClaims({ client: await clientOf(redis) })
    const signal = AbortSignal.abort(new Error('too late'))
    await expect(claims.claim('delivery', { ...TIMES, signal })).rejects.toBe(signal.reason)
    expect(typeof (await claims.claim('delivery', TIMES))).toBe('object')
  })
})
