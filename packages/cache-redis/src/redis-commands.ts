import { HubauthError } from '@hubauth/core'
import { ioRedisCommands } from './ioredis-commands.ts'
import { nodeRedisCommands } from './node-redis-commands.ts'
import type { IoRedisClient, NodeRedisClient, RedisPlace } from './redis-client.ts'
import type { RedisCommands } from './redis-port.ts'

const EXPECTED =
  'client: expected a client of redis 4.6 or later (createClient, createCluster; npm install redis) or of ioredis 5 or later (Redis, Cluster; npm install ioredis)'

/** The commands with a client, whose errors become `CACHE_FAILED`. @throws {TypeError} When it is none that is known. */
export function redisCommands(client: unknown): RedisCommands {
  const commands = commandsOf(client)
  return {
    get: (key) => asked('GET', () => commands.get(key)),
    set: (key, value, ttlMs) => asked('SET', () => commands.set(key, value, ttlMs)),
    setNew: (key, value, options) => asked('SET', () => commands.setNew(key, value, options)),
    delete: (key) => asked('DEL', () => commands.delete(key)),
    run: (script, key, parameters) => asked('EVAL', () => commands.run(script, key, parameters)),
    entries: (key, start) => asked('XRANGE', () => commands.entries(key, start)),
  }
}

/** What stands before the names of the keys. @throws {TypeError} When it is no text. */
export function prefixOf({ prefix = 'hubauth:' }: Pick<RedisPlace, 'prefix'>): string {
  if (typeof prefix !== 'string') throw new TypeError('prefix: expected text, such as "hubauth:".')
  return prefix
}

function commandsOf(client: unknown): RedisCommands {
  if (isNodeRedis(client)) return nodeRedisCommands(client)
  if (isIoRedis(client)) return ioRedisCommands(client)
  const isPromise = has(client, ['then'])
  throw new TypeError(isPromise ? `${EXPECTED}, but got a promise: await it.` : `${EXPECTED}.`)
}

function isNodeRedis(client: unknown): client is NodeRedisClient {
  if (!has(client, ['get', 'set', 'del', 'eval', 'xRange'])) return false
  const { isOpen, options } = client
  const { legacyMode } = Object(options) as { readonly legacyMode?: unknown }
  if (legacyMode === true)
    throw new TypeError(
      'client: expected a client that answers with promises: create one without legacyMode.',
    )
  return typeof isOpen === 'boolean'
}

function isIoRedis(client: unknown): client is IoRedisClient {
  return has(client, ['get', 'set', 'del', 'eval', 'xrange', 'call']) && typeof client.status === 'string'
}

function has(value: unknown, methods: readonly string[]): value is Readonly<Record<string, unknown>> {
  const members = Object(value) as Readonly<Record<string, unknown>>
  return methods.every((method) => typeof members[method] === 'function')
}

/** Errors of ioredis carry the command, with keys and values and the password: they do not leave this package as they are. */
async function asked<T>(command: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (HubauthError.isInstance(cause)) throw cause
    throw new HubauthError('CACHE_FAILED', `Redis did not run ${command}.`, {
      cause,
      remedy: 'The cause says why: check the client and Redis.',
    })
  }
}
