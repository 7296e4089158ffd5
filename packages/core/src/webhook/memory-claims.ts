import { boundedMap } from '../cache/bounded-map.ts'
import { type Clock, systemClock } from '../clock.ts'
import type { DeliveryClaims } from './delivery-claims.ts'

/** Options of {@link memoryClaims}. */
export interface MemoryClaimsOptions {
  /** How many deliveries to remember; the oldest is forgotten first. Default 50 000, about 10 MB. */
  readonly maxEntries?: number | undefined
  readonly clock?: Clock | undefined
}

interface Entry {
  state: 'running' | 'handled'
  expiresAt: number
}

/** Claims in the memory of this process: duplicates that reach another process, or a restarted one, are handled again. */
export function memoryClaims({
  maxEntries = 50_000,
  clock = systemClock,
}: MemoryClaimsOptions = {}): DeliveryClaims {
  const entries = boundedMap<Entry>(maxEntries)
  return {
    async claim(key, { ttlMs, runningTtlMs }) {
      const now = clock.now()
      const found = entries.get(key)
      if (found !== undefined && found.expiresAt > now) return found.state
      const entry: Entry = { state: 'running', expiresAt: now + runningTtlMs }
      entries.set(key, entry)
      return {
        async complete() {
          entry.state = 'handled'
          entry.expiresAt = clock.now() + ttlMs
          if (entries.get(key) === undefined) entries.set(key, entry)
        },
        async release() {
          if (entries.get(key) === entry) entries.delete(key)
        },
      }
    },
  }
}
