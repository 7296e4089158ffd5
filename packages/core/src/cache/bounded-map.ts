/** A full map makes room for a sixteenth of its size. */
const EVICTED_SHARE = 16

/** A map that forgets its oldest entries when it is full. */
export interface BoundedMap<Value> {
  readonly size: number
  get(key: string): Value | undefined
  set(key: string, value: Value): void
  delete(key: string): void
}

/**
 * Oldest first is the right order for tokens: they live equally long, so the oldest is the one that must be
 * minted again soonest. It also costs a reader nothing, where least-recently-used writes on every read.
 */
export function boundedMap<Value>(maxEntries: number): BoundedMap<Value> {
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 1)
    throw new TypeError('maxEntries: expected a positive integer.')
  const entries = new Map<string, Value>()
  const forgetOldest = () => {
    // Some at once: an iterator first steps over all that was deleted before, and one that is kept keeps old tables.
    let left = Math.ceil(maxEntries / EVICTED_SHARE)
    for (const key of entries.keys()) {
      if (left-- === 0) return
      entries.delete(key)
    }
  }
  return {
    get size() {
      return entries.size
    },
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key)
      if (entries.size >= maxEntries) forgetOldest()
      entries.set(key, value)
    },
    delete(key) {
      entries.delete(key)
    },
  }
}
