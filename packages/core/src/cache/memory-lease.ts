import { type Clock, systemClock } from '../clock.ts'
import type { Lease } from './lease.ts'

/** A lease among those who share this object, in one process. */
export function memoryLease({ clock = systemClock }: { readonly clock?: Pick<Clock, 'now'> } = {}): Lease {
  const held = new Map<string, { readonly expiresAt: number }>()
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
