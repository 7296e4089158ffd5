import { randomBytes, randomUUID } from 'node:crypto'
import { createServer } from 'node:net'
import { withoutRedis } from '@hubauth/stores/redis'
import { expectHidden, hubauthError } from '@hubauth/testing'
import { Redis } from 'ioredis'
import { createClient, createCluster } from 'redis'
import { createClient as createClient4 } from 'redis-4'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { type RedisPlace, redisCache, redisClaims, redisLease } from '../src/index.ts'
import { CLIENTS } from './clients.ts'
import { clientOf, inspector, redisForTest } from './on-redis.ts'

const reason = withoutRedis()
const families = Object.keys(CLIENTS) as (keyof typeof CLIENTS)[]
const sealWith = randomBytes(32).toString('base64')
const later = () => Date.now() + 3_600_000

describe('options that can never work', () => {
  const client = createClient()
  const ioredis = new Redis({ lazyConnect: true })

  test.for([
    ['nothing', undefined],
    ['a URL', 'redis://127.0.0.1'],
    ['options', { url: 'redis://127.0.0.1' }],
    ['a transaction', client.multi()],
    ['a pipeline', ioredis.pipeline()],
    ['a client with callbacks', client.legacy()],
    ['a class', Redis],
    ['a Map', new Map()],
  ])('%s is no client, and the error names both packages', ([, value]) => {
    for (const make of [
      redisLease,
      redisClaims,
      (place: RedisPlace) => redisCache({ ...place, sealWith: 'none' }),
    ])
      expect(() => make({ client: value } as never)).toThrow(
        /^client: .*npm install redis\).*npm install ioredis\)\.$/,
      )
  })

  test('a client that is still connecting must be awaited', async () => {
    const connecting = Promise.resolve(client)
    expect(() => redisLease({ client: connecting } as never)).toThrow(
      /ioredis\), but got a promise: await it\.$/,
    )
  })

  test('a client in legacy mode is refused, because it answers with callbacks', () => {
    const legacy = createClient4({ legacyMode: true })
    expect(() => redisLease({ client: legacy })).toThrow(/^client: .*legacyMode\.$/)
  })

  test('a cache without a secret says how to make one, and how to do without', () => {
    const make = (secret: unknown) => () => redisCache({ client, sealWith: secret as string })
    for (const missing of [undefined, '']) {
      expect(make(missing)).toThrow(TypeError)
      expect(make(missing)).toThrow(/^sealWith: .*openssl rand -base64 32.*'none'/)
    }
    for (const wrong of ['short', [], [sealWith, 'short'], ['none'], null])
      expect(make(wrong), String(wrong)).toThrow(/^sealWith: expected a secret of at least 32 characters/)
  })

  test('a secret that is too short is not in the error', () => {
    const secret = randomUUID().slice(0, 20)
    expect(() => redisCache({ client, sealWith: secret })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining(secret) }),
    )
  })

  test('a prefix is text', () => {
    expect(() => redisLease({ client, prefix: 7 as never })).toThrow(/^prefix: /)
  })
})

describe('a client of redis that was not connected', () => {
  test.for([
    ['createClient', createClient()],
    ['createClient of redis 4', createClient4()],
    ['createCluster', createCluster({ rootNodes: [{}] })],
  ] as const)('fails at once and says so, with %s', async ([, client]) => {
    const error = await hubauthError(redisCache({ client, sealWith }).get('name'))
    expect(error.code).toBe('CACHE_FAILED')
    expect(error.message).toContain('`await client.connect()`')
  })
})

describe.skipIf(reason !== undefined)(`when Redis fails${reason === undefined ? '' : ` (${reason})`}`, () => {
  test.for(families)(
    'a full one refuses what is new, and still gives back and deletes, with %s',
    async (family) => {
      const redis = await redisForTest()
      const client = await clientOf(redis, family)
      const cache = redisCache({ client, sealWith: 'none' })
      const lease = redisLease({ client })
      const claims = redisClaims({ client })
      const times = { ttlMs: 60_000, runningTtlMs: 60_000 }
      await cache.set('kept', 'value', later())
      const release = await lease.acquire('held', 60_000)
      const claim = await claims.claim('claimed', times)
      const look = await inspector(redis)
      await look.configSet({ 'maxmemory-policy': 'noeviction', maxmemory: '1mb' })
      for (const work of [
        cache.set('new', 'value', later()),
        lease.acquire('new', 60_000),
        claims.claim('new', times),
        cache.changes?.append('entry', 60_000) ?? Promise.resolve(),
      ])
        expect((await hubauthError(work)).code).toBe('CACHE_FAILED')
      expect(await cache.get('kept')).toBe('value')
      expect(await cache.changes?.read('')).toEqual([])
      await release?.()
      if (typeof claim === 'object') await claim.release()
      await cache.delete('kept')
      expect(await look.dbSize()).toBe(0)
    },
  )

  test.for(families)(
    'a killed one that comes back serves again, with %s',
    { timeout: 20_000 },
    async (family) => {
      const redis = await redisForTest()
      const client = await clientOf(redis, family)
      const cache = redisCache({ client, sealWith })
      await cache.set('name', 'value', later())
      await redis.kill()
      // Queued by the client or refused: either is its own affair, and neither is left unhandled.
      const queued = Promise.allSettled([
        cache.get('name'),
        cache.set('name', 'late', later()),
        cache.delete('no'),
      ])
      await redis.start()
      await queued
      await vi.waitFor(async () => {
        await cache.set('name', 'again', later())
        expect(await cache.get('name')).toBe('again')
      }, 10_000)
    },
  )

  test.for(families)('one that stood still answers what it was asked meanwhile, with %s', async (family) => {
    const redis = await redisForTest()
    const client = await clientOf(redis, family)
    const cache = redisCache({ client, sealWith })
    redis.pause()
    const waiting = cache.get('name')
    redis.resume()
    expect(await waiting).toBeUndefined()
  })

  test('a connection that breaks in the middle of a command is a failure, and nothing else', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined)
      socket.on('data', (data) => {
        if (data.includes('hubauth:')) socket.destroy()
        else socket.write('+OK\r\n'.repeat(data.toString().match(/\*\d+\r\n/g)?.length ?? 1))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as { readonly port: number }
    const client = new Redis(port, '127.0.0.1', {
      protocol: 2,
      enableReadyCheck: false,
      maxRetriesPerRequest: 0,
      retryStrategy: () => null,
    })
    client.on('error', () => undefined)
    onTestFinished(() => client.disconnect())
    const error = await hubauthError(redisCache({ client, sealWith }).get('name'))
    expect(error.code).toBe('CACHE_FAILED')
  })
})

describe.skipIf(reason !== undefined)('errors of Redis', () => {
  test('do not have the password of the connection in them', async () => {
    const [password, wrong] = [randomBytes(24).toString('hex'), randomBytes(24).toString('hex')]
    const redis = await redisForTest()
    const look = await inspector(redis)
    await look.configSet('requirepass', password)
    const client = new Redis(redis.port, { password: wrong, maxRetriesPerRequest: 0 }).on(
      'error',
      () => undefined,
    )
    onTestFinished(() => client.disconnect())
    const error = await hubauthError(redisCache({ client, sealWith }).get('name'))
    expect(error.code).toBe('CACHE_FAILED')
    for (const secret of [password, wrong]) expectHidden(secret, error)
  })

  test.for(families)('do not have what was to be kept in them, with %s', async (family) => {
    const redis = await redisForTest({ args: ['--rename-command', 'SET', ''] })
    const value = JSON.stringify({ token: `ghs_${randomUUID().replaceAll('-', '')}` })
    const cache = redisCache({ client: await clientOf(redis, family), sealWith: 'none' })
    const error = await hubauthError(cache.set('name', value, later()))
    expect(error.message).toBe('Redis did not run SET. The cause says why: check the client and Redis.')
    expect(String(error.cause)).toContain('unknown command')
    expectHidden(JSON.parse(value).token, error)
  })
})

describe.skipIf(reason !== undefined)('a user of Redis with the rights that the README names', () => {
  test.for(families)('can do everything, with %s', async (family) => {
    const redis = await redisForTest()
    const password = randomBytes(24).toString('hex')
    const look = await inspector(redis)
    const commands = ['get', 'set', 'del', 'eval', 'xadd', 'xrange', 'xrevrange', 'xtrim', 'pexpire', 'info']
    await look.aclSetUser('app', ['on', `>${password}`, '~hubauth:*', ...commands.map((name) => `+${name}`)])
    const url = `redis://app:${password}@127.0.0.1:${redis.port}`
    const { client, close } = await CLIENTS[family](url)
    onTestFinished(() => {
      close()
    })
    const cache = redisCache({ client, sealWith })
    await cache.set('name', 'value', later())
    expect(await cache.get('name')).toBe('value')
    await cache.delete('name')
    const position = await cache.changes?.append('entry', 60_000)
    expect(await cache.changes?.read('')).toEqual([{ position, entry: 'entry' }])
    const release = await cache.lease?.acquire('name', 60_000)
    await release?.()
    const claim = await redisClaims({ client }).claim('delivery', { ttlMs: 60_000, runningTtlMs: 60_000 })
    if (typeof claim === 'object') await claim.release()
    expect(await look.keys('*')).toEqual(['hubauth:changes'])
  })
})
