export { type LocalRedis, type LocalRedisOptions, startRedis, withoutRedis } from './local-redis.ts'
export { type LocalRedisCluster, startRedisCluster } from './redis-cluster.ts'
