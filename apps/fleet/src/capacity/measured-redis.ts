import { type LocalRedis, startRedis } from '@hubauth/stores/redis'
import { Redis } from 'ioredis'

/** A Redis with nothing in it, and a client. */
export interface MeasuredRedis {
  readonly redis: LocalRedis
  readonly client: Redis
}

/** Gives a measurement a Redis of its own. */
export async function withRedis<T>(measure: (measured: MeasuredRedis) => Promise<T>): Promise<T> {
  const redis = await startRedis()
  const client = new Redis(redis.url)
  try {
    return await measure({ redis, client })
  } finally {
    client.disconnect()
    await redis.stop()
  }
}

/** Does something for each number below `count`, a few at a time. */
export async function forEach(count: number, work: (at: number) => Promise<unknown>): Promise<void> {
  const numbers = Array(count).keys()
  const lane = async () => {
    for (const at of numbers) await work(at)
  }
  await Promise.all(Array.from({ length: 50 }, lane))
}
