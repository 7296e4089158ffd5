import type { ChangeLog } from './change-log.ts'
import type { Lease } from './lease.ts'

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

/** A cache that processes share, with what else lets them act as one. */
export interface SharedCache extends Cache {
  /** Lets one process mint while the others wait for the cache. Without it, each process mints once. */
  readonly lease?: Lease | undefined
  /** Tells all processes when an installation has changed. Without it, only the one that received the webhook knows. */
  readonly changes?: ChangeLog | undefined
}

/** A cache that says how it protects what it keeps, and so may keep tokens. */
export interface TokenCache extends SharedCache {
  readonly protection: CacheProtection
}
