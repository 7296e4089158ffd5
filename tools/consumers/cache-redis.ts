import {
  type IoRedisClient,
  type NodeRedisClient,
  type RedisCacheOptions,
  type RedisClient,
  type RedisPlace,
  redisCache,
  redisClaims,
  redisLease,
} from '@hubauth/cache-redis'
import { createGitHubAuth, createWebhookReceiver, type KeySource, memoryCache } from '@hubauth/core'
import { Cluster, Redis } from 'ioredis'
import { createClient, createClientPool, createCluster, createSentinel } from 'redis'

const key: KeySource = { sign: async () => new Uint8Array(256) }
const nodeRedis: NodeRedisClient = createClient({ url: 'redis://redis.example' })
const ioRedis: IoRedisClient = new Redis({ lazyConnect: true })
const sentinel = createSentinel({ name: 'main', sentinelRootNodes: [] })
export const clients: readonly RedisClient[] = [
  nodeRedis,
  createClientPool(),
  createCluster({ rootNodes: [{ url: 'redis://redis.example' }] }),
  sentinel,
  ioRedis,
  new Cluster([{ host: 'redis.example' }], { lazyConnect: true }),
]

const place: RedisPlace = { client: nodeRedis, prefix: 'staging:' }
const options: RedisCacheOptions = { ...place, sealWith: process.env.SEAL_SECRET }
export const auth = () => createGitHubAuth({ appId: 1, key, cache: redisCache(options) })
createGitHubAuth({ appId: 2, key, cache: redisCache({ client: ioRedis, sealWith: 'none' }) })
createGitHubAuth({ appId: 3, key, cache: memoryCache(), lease: redisLease(place) })
createWebhookReceiver({ secrets: 'secret', claims: redisClaims({ client: ioRedis }) })
// @ts-expect-error Whether tokens are sealed must be said.
export const unsaid = () => redisCache({ client: nodeRedis })
