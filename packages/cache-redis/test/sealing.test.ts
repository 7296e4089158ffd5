import { randomBytes, randomUUID } from 'node:crypto'
import type { TokenCache } from '@hubauth/core'
import { type LocalRedis, withoutRedis } from '@hubauth/stores/redis'
import { hubauthError } from '@hubauth/testing'
import { describe, expect, test } from 'vitest'
import { type RedisClient, redisCache, redisClaims, redisLease } from '../src/index.ts'
import { changesOf, leaseOf } from './describe-stores.ts'
import { clientOf, everythingIn, inspector, redisForTest } from './on-redis.ts'

const reason = withoutRedis()
const later = () => Date.now() + 3_600_000
const newSecret = () => randomBytes(32).toString('base64')

/** Uses all of a cache, with a token and a scope that can be looked for. */
async function use(cache: TokenCache): Promise<{ readonly token: string; readonly scope: string }> {
  const token = `ghs_${randomUUID()}`
  const scope = `acme/${randomUUID()}`
  await cache.set(`token of ${scope}`, JSON.stringify({ token, scope }), later())
  await leaseOf(cache).acquire(`lease of ${scope}`, 60_000)
  await changesOf(cache).append(JSON.stringify({ token, subjects: [scope] }), 60_000)
  return { token, scope }
}

describe.skipIf(reason !== undefined)(`what is in Redis${reason === undefined ? '' : ` (${reason})`}`, () => {
  test('neither tokens nor what they are for can be read there', async () => {
    const redis = await redisForTest()
    const { token, scope } = await use(redisCache({ client: await clientOf(redis), sealWith: newSecret() }))
    const everything = await everythingIn(redis)
    expect(everything.split('\n').filter((line) => /^hubauth:(t:|l:|changes)/.test(line))).toHaveLength(3)
    for (const part of [token, scope]) expect(everything).not.toContain(part)
  })

  test('both can be read there when they are not sealed, which is what the test above looks for', async () => {
    const redis = await redisForTest()
    const { token, scope } = await use(redisCache({ client: await clientOf(redis), sealWith: 'none' }))
    const everything = await everythingIn(redis)
    for (const part of [token, scope]) expect(everything).toContain(part)
  })

  test('leases and claims that stand alone do not show their names', async () => {
    const redis = await redisForTest()
    const place = { client: await clientOf(redis, 'ioredis 6'), prefix: 'staging:' }
    const name = `acme/${randomUUID()}`
    await redisLease(place).acquire(name, 60_000)
    await redisClaims(place).claim(name, { ttlMs: 60_000, runningTtlMs: 60_000 })
    const everything = await everythingIn(redis)
    expect(everything.match(/^staging:[ld]:[\w-]{43}$/gm)).toHaveLength(2)
    expect(everything).not.toContain(name)
  })

  test('nothing stays for ever', async () => {
    const redis = await redisForTest()
    const client = await clientOf(redis)
    await use(redisCache({ client, sealWith: newSecret() }))
    await redisClaims({ client }).claim('delivery', { ttlMs: 60_000, runningTtlMs: 60_000 })
    const look = await inspector(redis)
    const keys = await look.keys('*')
    expect(keys).toHaveLength(4)
    for (const key of keys) expect(await look.pTTL(key), key).toBeGreaterThan(0)
  })

  test.for([
    ['damaged', (value: string) => `${value.slice(0, -4)}AAAA`],
    ['cut off', (value: string) => value.slice(0, 20)],
    ['empty', () => ''],
    ['replaced by a token in plain text', () => JSON.stringify({ token: 'mine' })],
  ] as const)('a value that was %s is refused', async ([, change]) => {
    const redis = await redisForTest()
    const cache = redisCache({ client: await clientOf(redis), sealWith: newSecret() })
    await cache.set('name', 'value', later())
    const look = await inspector(redis)
    const [key = ''] = await look.keys('hubauth:t:*')
    await look.set(key, change((await look.get(key)) ?? ''))
    expect((await hubauthError(cache.get('name'))).code).toBe('SEAL_BROKEN')
  })

  test('a value that was moved to another name is refused', async () => {
    const redis = await redisForTest()
    const cache = redisCache({ client: await clientOf(redis), sealWith: newSecret() })
    await cache.set('read-only', 'weak', later())
    const look = await inspector(redis)
    const [weak = ''] = await look.keys('hubauth:t:*')
    await cache.set('admin', 'strong', later())
    const strong = (await look.keys('hubauth:t:*')).find((key) => key !== weak) ?? ''
    await look.copy(strong, weak, { REPLACE: true })
    expect((await hubauthError(cache.get('read-only'))).code).toBe('SEAL_BROKEN')
    expect(await cache.get('admin')).toBe('strong')
  })
})

describe.skipIf(reason !== undefined)('a new secret', () => {
  const [before, after] = [newSecret(), newSecret()]
  const steps = [before, [before, after], [after, before], after]
  const cachesOn = async (redis: LocalRedis, client?: RedisClient) => {
    const shared = client ?? (await clientOf(redis))
    return steps.map((sealWith) => redisCache({ client: shared, sealWith }))
  }

  test('takes over step by step without losing an entry, also while processes are at neighbouring steps', async () => {
    const caches = await cachesOn(await redisForTest())
    for (const [step, cache] of caches.entries()) {
      const others = [caches[step - 1], cache, caches[step + 1]].filter((one) => one !== undefined)
      const name = randomUUID()
      await cache.set(name, 'value', later())
      for (const other of others) expect(await other.get(name), `step ${step}`).toBe('value')
      for (const other of others) {
        await other.set(name, `by ${caches.indexOf(other)}`, later())
        expect(await cache.get(name), `step ${step}`).toBe(`by ${caches.indexOf(other)}`)
      }
      for (const other of others) {
        await other.set(name, 'again', later())
        await cache.delete(name)
        expect(await other.get(name), `step ${step}`).toBeUndefined()
      }
    }
  })

  test('shows changes to processes at neighbouring steps', async () => {
    const caches = await cachesOn(await redisForTest())
    for (const [step, cache] of caches.entries()) {
      const position = await changesOf(cache).append(`step ${step}`, 60_000)
      for (const other of [caches[step - 1], caches[step + 1]]) {
        const changes = (await other?.changes?.read('')) ?? []
        if (other !== undefined) expect(changes.at(-1)).toEqual({ position, entry: `step ${step}` })
      }
    }
  })

  test('leaves nothing to be read for who never knew the old one, and no error', async () => {
    const [old, , , done] = await cachesOn(await redisForTest())
    await old?.set('name', 'value', later())
    const position = await old?.changes?.append('change', 60_000)
    expect(await done?.get('name')).toBeUndefined()
    expect(await done?.changes?.read('')).toEqual([{ position, entry: '' }])
  })
})
