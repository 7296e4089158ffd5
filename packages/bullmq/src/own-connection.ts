import type { ConnectionOptions } from 'bullmq'

/** A connection that nobody else uses. @internal */
export interface OwnConnection {
  /** What BullMQ is given. */
  readonly connection: ConnectionOptions
  /** Ends it; BullMQ ends only what it made from options. */
  end(): void
}

/** What is used of clients of ioredis and node-redis. */
interface Client {
  duplicate(...parameters: readonly unknown[]): Client
  readonly isCluster?: boolean
  readonly defineCommand?: unknown
  readonly options?: { readonly redisOptions?: object }
  on(event: 'error', listener: () => void): unknown
  disconnect(): unknown
  destroy?(): void
}

/** Whoever adds is told at once that Redis is away: nothing waits in memory for better times. */
const ADDING = {
  ioredis: { enableOfflineQueue: false, maxRetriesPerRequest: 0, lazyConnect: false },
  nodeRedis: { disableOfflineQueue: true },
}

/** Whoever works waits for Redis, and asks it to wait with its answer until there is something to do. */
const WORKING = {
  ioredis: {
    enableOfflineQueue: true,
    maxRetriesPerRequest: null,
    commandTimeout: undefined,
    lazyConnect: false,
  },
  nodeRedis: { disableOfflineQueue: false },
}

/** Makes a connection like the user's for one of two jobs. @internal */
export function ownConnection(template: ConnectionOptions, job: 'adding' | 'working'): OwnConnection {
  const options = job === 'adding' ? ADDING : WORKING
  if (!isClient(template)) {
    const connection = { ...template, ...options.ioredis }
    return { connection, end: () => undefined }
  }
  const client = duplicate(template, options)
  // BullMQ listens as long as it needs the connection; what comes after that must not end the process.
  client.on('error', () => undefined)
  return {
    connection: client,
    end() {
      try {
        if (client.destroy === undefined) client.disconnect()
        else client.destroy()
      } catch {
        // node-redis throws when it is closed already.
      }
    },
  }
}

function duplicate(client: Client, options: typeof ADDING | typeof WORKING): Client {
  if (client.defineCommand === undefined) return client.duplicate(options.nodeRedis)
  if (client.isCluster !== true) return client.duplicate(options.ioredis)
  const { enableOfflineQueue } = options.ioredis
  const redisOptions = { ...client.options?.redisOptions, ...options.ioredis }
  return client.duplicate(undefined, { enableOfflineQueue, redisOptions })
}

function isClient(connection: unknown): connection is Client {
  return typeof (connection as Partial<Client>).duplicate === 'function'
}
