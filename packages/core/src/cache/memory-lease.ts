import { type Clock, systemClock } from '../clock.ts'
import { boundedMap } from './bounded-map.ts'
import type { Lease } from './lease.ts'

/** More than can be held at once for as long as a mint takes; what died unreleased goes first. */
const MAX_LEASES = 100_000

/** A lease among those who share this object, in one process. */
export function memoryLease({ clock = systemClock }: { readonly clock?: Pick<Clock, 'now'> } = {}): Lease {
  const held = boundedMap<{ readonly expiresAt: number }>(MAX_LEASES)
  return {
    async acquire(key, ttlMs, { signal } = {}) {
      signal?.throwIfAborted()
      const now = clock.now()
      const holder = held.get(key)
      if (holder !== undefined && holder.expiresAt > now) return undefined
      const mine = { expiresAt: now + ttlMs }
      held.set(key, mine)
      return async () => {
        if (held.get(key) === mine) held.delete(key)
      }
    },
  }
}
