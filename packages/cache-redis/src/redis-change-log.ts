import type { ChangeLog } from '@hubauth/core'
import type { RedisPlace } from './redis-client.ts'
import { prefixOf, redisCommands } from './redis-commands.ts'

/**
 * Appends, drops what is too old for everybody, and lets the whole log end with its last entry. In one, for a process that
 * died in between would leave a log that stays. Every entry says how long entries are kept, so that who keeps them shorter
 * drops no other's; what a stranger wrote there must not stop it.
 */
const APPEND = `local keep = tonumber(ARGV[2])
local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
local before = last and tonumber(last[2][4])
if before and before > keep and before < 1e11 then keep = math.ceil(before) end
local id = redis.call('XADD', KEYS[1], '*', 'entry', ARGV[1], 'keepMs', keep)
local oldest = math.max(0, string.match(id, '^%d+') - keep)
redis.call('XTRIM', KEYS[1], 'MINID', '~', string.format('%.0f', oldest))
redis.call('PEXPIRE', KEYS[1], keep)
return id`

/** Until the year 33658, and for as many entries in one millisecond as no Redis can write. */
const MS_DIGITS = 15
const SEQUENCE_DIGITS = 10

/**
 * A change log in a stream of Redis. Its positions are the stream's ids, which Redis makes of its own clock. They go up
 * also when that clock is set back, but for one case: when Redis loses its data as well, new entries stand before old
 * positions, and are not seen, until the clock is where it was.
 */
export function redisChangeLog(place: RedisPlace): ChangeLog {
  const redis = redisCommands(place.client)
  const key = `${prefixOf(place)}changes`
  return {
    append: async (entry, keepMs) =>
      positionOf(await redis.run(APPEND, key, [entry, `${Math.max(1, Math.ceil(keepMs))}`])),
    async read(after) {
      const entries = await redis.entries(key, after === '' ? '-' : `(${idOf(after)}`)
      // What a stranger wrote there says nothing, but the next read goes on behind it.
      return entries.map(({ id, fields }) => ({
        position: positionOf(id),
        entry: fields.get('entry') ?? '',
      }))
    },
  }
}

/** Ids compare as two numbers, positions as text. */
function positionOf(id: string): string {
  const [ms = '', sequence = ''] = id.split('-')
  return `${ms.padStart(MS_DIGITS, '0')}-${sequence.padStart(SEQUENCE_DIGITS, '0')}`
}

function idOf(position: string): string {
  return position.replace(/(^|-)0+(?=\d)/g, '$1')
}
