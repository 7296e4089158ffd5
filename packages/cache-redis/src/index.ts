export { type RedisCacheOptions, redisCache } from './redis-cache.ts'
export { redisClaims } from './redis-claims.ts'
export type { IoRedisClient, NodeRedisClient, RedisClient, RedisPlace } from './redis-client.ts'
export { redisLease } from './redis-lease.ts'
