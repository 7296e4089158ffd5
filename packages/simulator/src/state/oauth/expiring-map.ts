interface Entry<Value> {
  readonly value: Value
  readonly expiresAt: number
}

/** What lives for a while under a secret name. All entries live equally long; when there are too many, the oldest go first. */
export class ExpiringMap<Value> {
  readonly #lifetimeMs: number
  readonly #maxEntries: number
  readonly #entries = new Map<string, Entry<Value>>()

  constructor({ lifetimeMs, maxEntries = 10_000 }: { lifetimeMs: number; maxEntries?: number }) {
    this.#lifetimeMs = lifetimeMs
    this.#maxEntries = maxEntries
  }

  add(name: string, value: Value, now: number): void {
    this.#entries.set(name, { value, expiresAt: now + this.#lifetimeMs })
    for (const [oldest, { expiresAt }] of this.#entries) {
      if (now < expiresAt && this.#entries.size <= this.#maxEntries) return
      this.#entries.delete(oldest)
    }
  }

  find(name: string, now: number): Value | undefined {
    const entry = this.#entries.get(name)
    return entry !== undefined && now < entry.expiresAt ? entry.value : undefined
  }

  /** Finds an entry and takes it away, so that nobody finds it again. */
  take(name: string, now: number): Value | undefined {
    const value = this.find(name, now)
    this.#entries.delete(name)
    return value
  }

  delete(name: string): void {
    this.#entries.delete(name)
  }

  *values(): Iterable<Value> {
    for (const { value } of this.#entries.values()) yield value
  }

  deleteWhere(matches: (value: Value) => boolean): void {
    for (const [name, { value }] of this.#entries) if (matches(value)) this.#entries.delete(name)
  }
}
