import { type LocalRedisCluster, startRedisCluster, withoutRedis } from '@hubauth/stores/redis'
import { afterAll, beforeAll, describe } from 'vitest'
import { type Connected, EVERY_CLUSTER } from './clients.ts'
import { describeStores } from './describe-stores.ts'

const reason = withoutRedis()

describe.skipIf(reason !== undefined)(
  `with a real Redis Cluster${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let cluster: LocalRedisCluster
    beforeAll(async () => {
      cluster = await startRedisCluster()
    })
    afterAll(() => cluster?.stop())

    describe.for(EVERY_CLUSTER)('%s', ([name, connect]) => {
      let connected: Connected
      beforeAll(async () => {
        connected = await connect(cluster.nodes[0]?.url ?? '')
      })
      afterAll(() => {
        connected?.close()
      })
      describeStores(name, () => connected)
    })
  },
)
