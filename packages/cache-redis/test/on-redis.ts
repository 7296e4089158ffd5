import { type LocalRedis, type LocalRedisOptions, startRedis } from '@hubauth/stores/redis'
import { createClient, type RedisClientType } from 'redis'
import { onTestFinished } from 'vitest'
import type { RedisClient } from '../src/index.ts'
import { CLIENTS } from './clients.ts'

/** A Redis for one test. */
export async function redisForTest(options?: LocalRedisOptions): Promise<LocalRedis> {
  const redis = await startRedis(options)
  onTestFinished(() => redis.stop())
  return redis
}

/** A connected client for one test. */
export async function clientOf(
  redis: LocalRedis,
  family: keyof typeof CLIENTS = 'redis 6',
): Promise<RedisClient> {
  const { client, close } = await CLIENTS[family](redis.url)
  onTestFinished(() => {
    close()
  })
  return client
}

/** A client that looks at what is really there. */
export async function inspector(redis: LocalRedis): Promise<RedisClientType> {
  const client: RedisClientType = createClient({ url: redis.url })
  await client.on('error', () => undefined).connect()
  onTestFinished(() => client.destroy())
  return client
}

/** Everything that Redis holds, as text: keys, and values as they are and as they are dumped. */
export async function everythingIn(redis: LocalRedis): Promise<string> {
  const client = await inspector(redis)
  const found: string[] = []
  for await (const keys of client.scanIterator()) {
    for (const key of keys) {
      const type = await client.type(key)
      if (type === 'string') found.push(key, (await client.get(key)) ?? '')
      else if (type === 'stream') found.push(key, JSON.stringify(await client.xRange(key, '-', '+')))
      else throw new Error(`nobody asked for a ${type}`)
      found.push((await client.dump(key))?.toString() ?? '')
    }
  }
  return found.join('\n')
}
