import { Cluster, Redis } from 'ioredis'
import { Cluster as Cluster5, Redis as Redis5 } from 'ioredis-5'
import { createClient, createClientPool, createCluster } from 'redis'
import { createClient as createClient4, createCluster as createCluster4 } from 'redis-4'
import { createClient as createClient5, createCluster as createCluster5 } from 'redis-5'
import type { RedisClient } from '../src/index.ts'

/** A connected client, and how it is closed. */
export interface Connected {
  readonly client: RedisClient
  close(): unknown
}

type Connect = (url: string) => Promise<Connected>

/** Errors of connections end in the commands, where they are expected. */
const quiet = () => undefined

/** The newest of either family. */
export const CLIENTS: Readonly<Record<'redis 6' | 'ioredis 6', Connect>> = {
  async 'redis 6'(url) {
    const client = await createClient({ url }).on('error', quiet).connect()
    return { client, close: () => client.destroy() }
  },
  async 'ioredis 6'(url) {
    const client = new Redis(url).on('error', quiet)
    return { client, close: () => client.disconnect() }
  },
}

/** Every client that fits, and whether to try all with it that can be sealed both ways. */
export const EVERY_CLIENT: readonly (readonly [string, Connect, 'both'?])[] = [
  ...Object.entries(CLIENTS).map(([name, connect]) => [name, connect, 'both'] as const),
  [
    'redis 4',
    async (url) => {
      const client = await createClient4({ url }).on('error', quiet).connect()
      return { client, close: () => client.disconnect() }
    },
  ],
  [
    'redis 5',
    async (url) => {
      const client = await createClient5({ url }).on('error', quiet).connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'redis 6 with RESP2',
    async (url) => {
      const client = await createClient({ url, RESP: 2 }).on('error', quiet).connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'a pool of redis 6',
    async (url) => {
      const client = createClientPool({ url }, { minimum: 2 }).on('error', quiet)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'ioredis 5',
    async (url) => {
      const client = new Redis5(url).on('error', quiet)
      return { client, close: () => client.disconnect() }
    },
  ],
  [
    'ioredis 6 with a key prefix and numbers as text',
    async (url) => {
      const client = new Redis(url, { keyPrefix: 'tenant:', stringNumbers: true }).on('error', quiet)
      return { client, close: () => client.disconnect() }
    },
  ],
]

/** Every client for a Redis Cluster; the URL is that of one node. */
export const EVERY_CLUSTER: readonly (readonly [string, Connect])[] = [
  [
    'createCluster of redis 6',
    async (url) => {
      const client = createCluster({ rootNodes: [{ url }] }).on('error', quiet)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'createCluster of redis 5',
    async (url) => {
      const client = createCluster5({ rootNodes: [{ url }] }).on('error', quiet)
      await client.connect()
      return { client, close: () => client.destroy() }
    },
  ],
  [
    'createCluster of redis 4',
    async (url) => {
      const client = createCluster4({ rootNodes: [{ url }] }).on('error', quiet)
      await client.connect()
      return { client, close: () => client.disconnect() }
    },
  ],
  [
    'Cluster of ioredis 6',
    async (url) => {
      const client = new Cluster([url]).on('error', quiet)
      return { client, close: () => client.disconnect() }
    },
  ],
  [
    'Cluster of ioredis 5',
    async (url) => {
      const client = new Cluster5([url]).on('error', quiet)
      return { client, close: () => client.disconnect() }
    },
  ],
]
