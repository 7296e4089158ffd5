import { type LocalRedis, startRedis, withoutRedis } from '@hubauth/stores/redis'
import { afterAll, beforeAll, describe } from 'vitest'
import { type Connected, EVERY_CLIENT } from './clients.ts'
import { describeStores } from './describe-stores.ts'

const reason = withoutRedis()

describe.skipIf(reason !== undefined)(
  `with a real Redis${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let redis: LocalRedis
    beforeAll(async () => {
      redis = await startRedis()
    })
    afterAll(() => redis?.stop())

    describe.for(EVERY_CLIENT)('%s', ([name, connect, both]) => {
      let connected: Connected
      beforeAll(async () => {
        connected = await connect(redis.url)
      })
      afterAll(() => {
        connected?.close()
      })
      describeStores(name, () => connected, both)
    })
  },
)
