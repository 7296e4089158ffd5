import { randomUUID } from 'node:crypto'
import { type LocalRedis, startRedis, withoutRedis } from '@hubauth/stores/redis'
import { describeDeliveryQueue } from '@hubauth/testing'
import type { ConnectionOptions } from 'bullmq'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { afterAll, beforeAll, describe } from 'vitest'
import { bullmqQueue } from '../src/index.ts'
import { sealWith } from './queues.ts'

const reason = withoutRedis()

const connections: [string, (redis: LocalRedis) => ConnectionOptions][] = [
  ['options', ({ url }) => ({ url })],
  ['ioredis', ({ url }) => new Redis(url, { lazyConnect: true })],
  ['node-redis', ({ url }) => createClient({ url })],
]

for (const [client, connect] of connections) {
  describe.skipIf(reason !== undefined)(`with ${client}${reason ? ` (${reason})` : ''}`, () => {
    let redis: LocalRedis
    beforeAll(async () => {
      redis = await startRedis()
    })
    afterAll(() => redis.stop())

    describeDeliveryQueue(
      'bullmqQueue',
      () => {
        const attempts = 3
        const options = {
          connection: connect(redis),
          sealWith,
          name: randomUUID(),
          attempts,
          firstBackoffMs: 20,
        }
        const [queue, elsewhere] = [bullmqQueue(options), bullmqQueue(options)]
        const close = async () => {
          await queue.close()
          await elsewhere.close()
        }
        return { queue, elsewhere, attempts, close }
      },
      { time: 'real' },
    )
  })
}
