import { type LocalRedis, type LocalRedisOptions, startRedis } from '@hubauth/stores/redis'
import { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { type Queues, queuesOn } from './queues.ts'

/** A Redis for the tests of one suite, with a client and queues on it. All of it ends with the suite. */
export interface SuiteRedis {
  readonly redis: LocalRedis
  readonly client: Redis
  readonly queues: Queues
}

/** Call it in a `describe`: what it gives is there when the tests of the suite run. */
export function redisForSuite(options: LocalRedisOptions = {}): SuiteRedis {
  let redis: LocalRedis | undefined
  let client: Redis | undefined
  const started = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('Redis is there when the tests run, not before.')
    return value
  }
  const queues = queuesOn(() => started(redis))
  beforeAll(async () => {
    redis = await startRedis(options)
    // Connects when it is used first: some suites kill their Redis.
    client = new Redis(redis.url, { lazyConnect: true })
  })
  afterAll(async () => {
    await queues.close()
    client?.disconnect()
    await redis?.stop()
  })
  return {
    get redis() {
      return started(redis)
    },
    get client() {
      return started(client)
    },
    queues,
  }
}
