import { type Clock, systemClock } from '../clock.ts'
import { boundedMap } from './bounded-map.ts'
import type { TokenCache } from './cache.ts'

/** Options of {@link memoryCache}. */
export interface MemoryCacheOptions {
  /** How many entries to keep; the oldest is forgotten first. Default 100 000. */
  readonly maxEntries?: number | undefined
  readonly clock?: Pick<Clock, 'now'> | undefined
}

/** A cache in the memory of this process. Entries end when they are read after their time; there are no timers. */
export function memoryCache({
  maxEntries = 100_000,
  clock = systemClock,
}: MemoryCacheOptions = {}): TokenCache {
  const entries = boundedMap<{ readonly value: string; readonly expiresAt: number }>(maxEntries)
  return {
    protection: 'memory',
    async get(key) {
      const entry = entries.get(key)
      if (entry === undefined) return undefined
      if (entry.expiresAt > clock.now()) return entry.value
      entries.delete(key)
      return undefined
    },
    async set(key, value, expiresAt) {
      if (expiresAt > clock.now()) entries.set(key, { value, expiresAt })
      else entries.delete(key)
    },
    async delete(key) {
      entries.delete(key)
    },
  }
}
