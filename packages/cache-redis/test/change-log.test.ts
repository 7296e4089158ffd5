import { withoutRedis } from '@hubauth/stores/redis'
import { hubauthError } from '@hubauth/testing'
import { describe, expect, test, vi } from 'vitest'
import { redisCache } from '../src/index.ts'
import { CLIENTS } from './clients.ts'
import { changesOf } from './describe-stores.ts'
import { clientOf, inspector, redisForTest } from './on-redis.ts'

const reason = withoutRedis()
const KEY = 'hubauth:changes'
const families = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]

async function logWith(family: keyof typeof CLIENTS = 'redis 6') {
  const redis = await redisForTest()
  const client = await clientOf(redis, family)
  return { log: changesOf(redisCache({ client, sealWith: 'none' })), look: await inspector(redis) }
}

describe.skipIf(reason !== undefined)(`the change log${reason === undefined ? '' : ` (${reason})`}`, () => {
  test.for(families)('passes over what a stranger wrote, and reads on behind it, with %s', async (family) => {
    const { log, look } = await logWith(family)
    const first = await log.append('first', 60_000)
    await look.xAdd(KEY, '*', { other: 'field', more: 'fields' })
    await look.xAdd(KEY, '*', { entry: 'no time', keepMs: 'nan' })
    await look.xAdd(KEY, '*', { entry: 'for ever', keepMs: '1e300' })
    const last = await log.append('last', 60_000)
    const changes = await log.read('')
    expect(changes.map(({ entry }) => entry)).toEqual(['first', '', 'no time', 'for ever', 'last'])
    expect(changes.map(({ position }) => position)).toEqual(
      [...changes.map(({ position }) => position)].sort(),
    )
    expect([changes[0]?.position, changes[4]?.position]).toEqual([first, last])
    expect(await log.read(last)).toEqual([])
    expect(await look.pTTL(KEY)).toBeLessThanOrEqual(60_000)
  })

  test('goes on in order when the clock of Redis was set back', async () => {
    const { log, look } = await logWith()
    const ahead = Date.now() + 3_600_000
    await look.xAdd(KEY, `${ahead}-9`, { entry: 'from the future', keepMs: '60000' })
    const positions = [await log.append('one', 60_000), await log.append('two', 60_000)]
    const changes = await log.read('')
    expect(changes.map(({ entry }) => entry)).toEqual(['from the future', 'one', 'two'])
    expect(changes.slice(1).map(({ position }) => position)).toEqual(positions)
    expect([...changes].map(({ position }) => position).sort()).toEqual(
      changes.map(({ position }) => position),
    )
  })

  test('does not grow without end: what is too old goes, in blocks of a hundred', async () => {
    const { log, look } = await logWith()
    for (let block = 0; block < 5; block++)
      await Promise.all(Array.from({ length: 200 }, () => log.append('entry', 1)))
    await vi.waitFor(async () => {
      await log.append('entry', 1)
      expect(await look.xLen(KEY)).toBeLessThan(250)
    })
  })

  test('ends with its last entry', async () => {
    const { log, look } = await logWith()
    await log.append('entry', 50)
    await vi.waitFor(async () => expect(await look.exists(KEY)).toBe(0))
    expect(await log.read('')).toEqual([])
  })

  test('stays until the entry that is kept longest has ended', async () => {
    const { log, look } = await logWith()
    await log.append('long', 60_000)
    await log.append('short', 1)
    expect(await look.pTTL(KEY)).toBeGreaterThan(50_000)
  })

  test('says that it failed when something else has its name', async () => {
    const { log, look } = await logWith()
    await look.set(KEY, 'text')
    for (const work of [log.append('entry', 60_000), log.read('')])
      expect((await hubauthError(work)).code).toBe('CACHE_FAILED')
  })

  test('starts again behind the old positions when Redis has lost everything', async () => {
    const { log, look } = await logWith()
    const before = await log.append('before', 60_000)
    // A new log counts from zero in every millisecond, and no Redis comes back within the same one.
    await vi.waitFor(async () => {
      await look.flushAll()
      const after = await log.append('after', 60_000)
      expect(await log.read(before)).toEqual([{ position: after, entry: 'after' }])
    })
  })
})
