import type { IoRedisClient } from './redis-client.ts'
import { PAGE, type RedisCommands } from './redis-port.ts'

/** The commands with a client of `ioredis`. */
export function ioRedisCommands(client: IoRedisClient): RedisCommands {
  return {
    get: async (key) => ((await client.get(key)) as string | null) ?? undefined,
    async set(key, value, ttlMs) {
      await client.set(key, value, 'PX', ttlMs)
    },
    setNew: async (key, value, { ttlMs }) => (await client.set(key, value, 'PX', ttlMs, 'NX')) !== null,
    async delete(key) {
      await client.del(key)
    },
    run: async (script, key, parameters) => String(await client.eval(script, 1, key, ...parameters)),
    async entries(key, start) {
      const entries = (await client.xrange(key, start, '+', 'COUNT', PAGE)) as readonly RawEntry[]
      return entries.map(([id, flat]) => ({ id, fields: fieldsOf(flat) }))
    },
  }
}

type RawEntry = readonly [id: string, fields: readonly string[]]

function fieldsOf(flat: readonly string[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (let at = 0; at + 1 < flat.length; at += 2) fields.set(flat[at] ?? '', flat[at + 1] ?? '')
  return fields
}
