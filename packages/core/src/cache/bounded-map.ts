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
  // One live iterator, which goes on where it was: a new one would first have to step over all that was deleted.
  let oldest = entries.keys()
  const forgetOldest = () => {
    let next = oldest.next()
    if (next.done) {
      oldest = entries.keys()
      next = oldest.next()
    }
    if (!next.done) entries.delete(next.value)
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
