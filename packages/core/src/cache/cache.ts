/**
 * A place to keep short strings until a moment in time.
 *
 * Losing an entry is always allowed. All methods may be called concurrently, and a rejection never reaches
 * the caller of a token: it is reported, and the token is minted. Prove yours with `describeCache` of
 * `@hubauth/testing`.
 */
export interface Cache {
  /** The value kept under `key`, or undefined when there is none or its time has passed. */
  get(key: string): Promise<string | undefined>

  /**
   * Keeps `value` under `key`, in place of what was there.
   *
   * @param expiresAt Epoch milliseconds. A moment that has passed keeps nothing and is not an error.
   */
  set(key: string, value: string, expiresAt: number): Promise<void>

  /** Forgets `key`; forgetting what is not there is not an error. */
  delete(key: string): Promise<void>
}

/**
 * How a cache keeps secrets from whoever can read it: `sealed` (encrypted, see `sealedCache`), `memory` (never
 * leaves the process) or `plaintext` (the operator accepted that, see `plaintextCache`).
 */
export type CacheProtection = 'sealed' | 'memory' | 'plaintext'

/** A cache that says how it protects what it keeps, and so may keep tokens. */
export interface TokenCache extends Cache {
  readonly protection: CacheProtection
}
