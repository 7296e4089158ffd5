/**
 * What is used of the clients of `redis` 4.6 or later: `createClient`, `createClientPool`, `createCluster` and
 * `createSentinel`, so that nobody must install a client for its types.
 */
export interface NodeRedisClient {
  /** False before `connect()` and after `close()`. */
  readonly isOpen: boolean
  get(key: string): Promise<unknown>
  set(
    key: string,
    value: string,
    options: { readonly PX: number } | { readonly PX: number; readonly NX: true },
  ): Promise<unknown>
  del(key: string): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  xRange(key: string, start: string, end: string, options: { COUNT: number }): Promise<unknown>
}

/** What is used of `Redis` and `Cluster` of `ioredis` 5 or later. */
export interface IoRedisClient {
  readonly status: string
  get(key: string): Promise<unknown>
  set(key: string, value: string, px: 'PX', ms: number): Promise<unknown>
  set(key: string, value: string, px: 'PX', ms: number, nx: 'NX'): Promise<unknown>
  del(key: string): Promise<unknown>
  eval(script: string, keys: 1, ...keyAndArguments: string[]): Promise<unknown>
  xrange(key: string, start: string, end: string, count: 'COUNT', limit: number): Promise<unknown>
}

/** A client of Redis 6.2, Valkey 7.2, or later: of `redis` or `ioredis`, for one server, a Cluster or Sentinels. */
export type RedisClient = NodeRedisClient | IoRedisClient

/** What every function of this package is told about Redis. */
export interface RedisPlace {
  /** Yours to configure, to connect and to close. */
  readonly client: RedisClient
  /**
   * What the names of all keys start with. Default `hubauth:`. Give every environment that shares a Redis its own.
   */
  readonly prefix?: string | undefined
}
