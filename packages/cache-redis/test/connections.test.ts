import { randomBytes } from 'node:crypto'
import { type AddressInfo, connect, createServer } from 'node:net'
import { type LocalRedis, withoutRedis } from '@hubauth/stores/redis'
import { Redis } from 'ioredis'
import { createClient, RESP_TYPES } from 'redis'
import { createClient as createClient5, RESP_TYPES as RESP_TYPES_5 } from 'redis-5'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type RedisClient, redisCache, redisClaims } from '../src/index.ts'
import { redisForTest } from './on-redis.ts'

const reason = withoutRedis()
const times = { ttlMs: 60_000, runningTtlMs: 60_000 }

/** Answers of every kind, through a client. */
async function expectAll(client: RedisClient): Promise<void> {
  const cache = redisCache({ client, sealWith: randomBytes(32).toString('hex') })
  await cache.set('name', 'value', Date.now() + 60_000)
  expect(await cache.get('name')).toBe('value')
  expect(await cache.get('other')).toBeUndefined()
  const position = await cache.changes?.append('entry', 60_000)
  expect(await cache.changes?.read('')).toEqual([{ position, entry: 'entry' }])
  expect(await cache.lease?.acquire('name', 60_000)).toBeDefined()
  expect(await cache.lease?.acquire('name', 60_000)).toBeUndefined()
  const claims = redisClaims({ client })
  const claim = await claims.claim('delivery', times)
  expect(await claims.claim('delivery', times)).toBe('running')
  if (typeof claim === 'object') await claim.complete()
  expect(await claims.claim('delivery', times)).toBe('handled')
}

/** A way to Redis that breaks once, when a command has been run that matches, and before its answer arrives. */
async function breakingOnce(redis: LocalRedis, command: RegExp): Promise<number> {
  let hasBroken = false
  const server = createServer((near) => {
    const far = connect(redis.port, '127.0.0.1')
    let isBreaking = false
    near.on('data', (data) => {
      isBreaking ||= !hasBroken && command.test(data.toString())
      far.write(data)
    })
    far.on('data', (data) => {
      if (!isBreaking) return near.write(data)
      hasBroken = true
      return near.destroy()
    })
    near.on('error', () => undefined).on('close', () => far.destroy())
    far.on('error', () => undefined).on('close', () => near.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  return (server.address() as AddressInfo).port
}

describe.skipIf(reason !== undefined)(`a client${reason === undefined ? '' : ` (${reason})`}`, () => {
  test('may answer its owner with Buffers and Maps', async () => {
    const { url } = await redisForTest()
    const typeMapping = {
      [RESP_TYPES.BLOB_STRING]: Buffer,
      [RESP_TYPES.SIMPLE_STRING]: Buffer,
      [RESP_TYPES.NUMBER]: String,
      [RESP_TYPES.MAP]: Map,
    } as const
    const client = createClient({ url, commandOptions: { typeMapping } })
    await client.connect()
    onTestFinished(() => client.destroy())
    await expectAll(client)
    expect(await client.get('hubauth:d:none')).toBeNull()
    expect(await client.echo('still')).toEqual(Buffer.from('still'))
  })

  test('may be the view of one with another type mapping', async () => {
    const { url } = await redisForTest()
    const client = createClient5({ url })
    await client.connect()
    onTestFinished(() => client.destroy())
    await expectAll(client.withTypeMapping({ [RESP_TYPES_5.BLOB_STRING]: Buffer }))
  })

  test('may show maps of RESP3 as objects', async () => {
    const { port } = await redisForTest()
    const client = new Redis(port, { replyMapping: 'resp3' })
    onTestFinished(() => client.disconnect())
    await expectAll(client)
  })

  test('that sends a claim again, because the connection broke before the answer, has the claim', async () => {
    const redis = await redisForTest()
    const client = new Redis(await breakingOnce(redis, /hubauth:d:/)).on('error', () => undefined)
    onTestFinished(() => client.disconnect())
    const claim = await redisClaims({ client }).claim('delivery', times)
    expect(claim).toBeTypeOf('object')
    expect(await redisClaims({ client }).claim('delivery', times)).toBe('running')
  })
})
