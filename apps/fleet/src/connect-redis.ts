import type { RedisClient } from '@hubauth/cache-redis'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import type { ClientName } from './protocol.ts'

/** Without a listener, a connection that breaks ends the process. */
const ignore = () => undefined

/** Connects as the documentation of each client does, with all its defaults. */
export const connectRedis: Readonly<Record<ClientName, (url: string) => Promise<RedisClient>>> = {
  async redis(url) {
    return createClient({ url }).on('error', ignore).connect()
  },
  async ioredis(url) {
    return new Redis(url).on('error', ignore)
  },
}
