/** A map that forgets its oldest entry when it is full. */
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
  return {
    get size() {
      return entries.size
    },
    get: (key) => entries.get(key),
    set(key, value) {
      entries.delete(key)
      if (entries.size >= maxEntries) {
        const oldest = entries.keys().next()
        if (!oldest.done) entries.delete(oldest.value)
      }
      entries.set(key, value)
    },
    delete(key) {
      entries.delete(key)
    },
  }
}
