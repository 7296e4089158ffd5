import { HubauthError } from '@hubauth/core'
import type { NodeRedisClient } from './redis-client.ts'
import { PAGE, type RedisCommands } from './redis-port.ts'

/** What `redis` has since version 5, though not everywhere. */
interface Configurable {
  withTypeMapping?(typeMapping: object): NodeRedisClient
  withAbortSignal?(signal: AbortSignal): NodeRedisClient
}

/** What only clusters have: the nodes by slot. */
interface ClusterOf4 {
  readonly slots?: unknown
  sendCommand(firstKey: string, isReadonly: boolean, parts: readonly string[]): Promise<unknown>
}

/** The commands with a client of `redis`. */
export function nodeRedisCommands(client: NodeRedisClient): RedisCommands {
  // What the user's own commands answer with, such as Buffers, is no concern of ours.
  const { withTypeMapping } = client as Configurable
  const plain = withTypeMapping === undefined ? client : withTypeMapping.call(client, {})
  const open = (): NodeRedisClient => {
    if (client.isOpen) return plain
    throw new HubauthError('CACHE_FAILED', 'The Redis client is not connected, or was closed.', {
      remedy: 'Call `await client.connect()` at start, and close it after everything that uses it.',
    })
  }
  return {
    get: async (key) => ((await open().get(key)) as string | null) ?? undefined,
    async set(key, value, ttlMs) {
      await open().set(key, value, { PX: ttlMs })
    },
    async setNew(key, value, { ttlMs, signal }) {
      const { withAbortSignal } = open() as Configurable
      const abortable =
        signal === undefined || withAbortSignal === undefined ? plain : withAbortSignal.call(plain, signal)
      return (await abortable.set(key, value, { PX: ttlMs, NX: true })) !== null
    },
    async delete(key) {
      await open().del(key)
    },
    run: async (script, key, parameters) => String(await evaluate(open(), script, [key, ...parameters])),
    async entries(key, start) {
      const entries = (await open().xRange(key, start, '+', { COUNT: PAGE })) as readonly RawEntry[]
      return entries.map(({ id, message }) => ({ id, fields: new Map(Object.entries(message)) }))
    },
  }
}

interface RawEntry {
  readonly id: string
  readonly message: Readonly<Record<string, string>>
}

function evaluate(
  client: NodeRedisClient,
  script: string,
  [key = '', ...parameters]: string[],
): Promise<unknown> {
  const { withTypeMapping } = client as Configurable
  const cluster = client as unknown as ClusterOf4
  // Clusters of redis 4 look for the key of `eval` in the wrong place, find none, and ask any node until they give up.
  if (withTypeMapping === undefined && cluster.slots !== undefined)
    return cluster.sendCommand(key, false, ['EVAL', script, '1', key, ...parameters])
  return client.eval(script, { keys: [key], arguments: parameters })
}
