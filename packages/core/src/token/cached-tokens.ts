import { type BoundedMap, boundedMap } from '../cache/bounded-map.ts'
import { untilAborted } from '../clock.ts'
import { harmless } from '../errors.ts'
import type { Token } from './token.ts'
import type { GetTokenOptions, TokenProvider } from './token-provider.ts'
import { MAX_REMAINING_MS, MIN_REMAINING_MS, satisfies } from './token-validity.ts'

/** From here to its expiry a token is renewed in the background while it is still served. */
const REFRESH_BEFORE_MS = 5 * 60_000
/** From one background renewal to the next attempt, in case it fails. */
const RENEWAL_PAUSE_MS = 15_000

/** Keeps a token that it did not mint. */
export interface TokenKeeper<T extends Token> {
  /** The token that is kept, however little it has left. */
  held(): Promise<T | undefined>
  forget(): Promise<void>
}

/** Says when tokens are no longer worth what they were, though they have not expired. */
export interface TokenChanges<T extends Token> {
  /** Goes up with every change. */
  readonly version: number
  /** Whether all changes up to now are known. */
  isFresh(now: number): boolean
  /** Finds out what has changed. Never rejects. */
  look(): Promise<void>
  /** Whether nothing has changed for a token since GitHub was asked for it. */
  isCurrent(token: T): boolean
}

/** Is told what {@link cachedTokens} does. */
export interface CachedTokensListener<T extends Token> {
  hit(token: T): void
  evicted(token: T, reason: 'rejected' | 'changed' | 'revoked'): void
  /** A background renewal is over. */
  renewed(durationMs: number, error: unknown): void
}

/** Options of {@link cachedTokens}. */
export interface CachedTokensOptions<T extends Token> {
  /** Where tokens are kept; share it between providers of one app. Default: room for one. */
  readonly memory?: BoundedMap<T> | undefined
  /** Until when no further background renewal is started, by identity; share it as `memory`. */
  readonly pauses?: BoundedMap<number> | undefined
  /** The identity of the token. Default: the empty string, for a memory of one's own. */
  readonly key?: string | undefined
  readonly clock: { now(): number }
  /** How long before expiry a token is renewed in the background, in milliseconds. Default 300 000 (5 minutes). */
  readonly refreshBeforeMs?: number | undefined
  /** What keeps tokens behind this memory, such as a cache that is shared with other processes. */
  readonly behind?: TokenKeeper<T> | undefined
  /** Told when a background renewal failed: nobody else hears of it. */
  readonly onRenewalFailed?: ((error: unknown) => void) | undefined
  /** Default: nothing ever changes. */
  readonly changes?: TokenChanges<T> | undefined
  readonly listener?: CachedTokensListener<T> | undefined
}

/**
 * Reuses a provider's token: fresh until five minutes before its expiry, then served and renewed in the background;
 * with less than 60 s left, or less than the caller asked for, the caller waits for the new one.
 */
export function cachedTokens<T extends Token>(
  provider: TokenProvider<T>,
  options: CachedTokensOptions<T>,
): CachedTokens<T> {
  return new CachedTokens(provider, options)
}

/** What {@link cachedTokens} makes. */
export class CachedTokens<T extends Token> implements TokenProvider<T>, TokenKeeper<T> {
  readonly #provider: TokenProvider<T>
  readonly #memory: BoundedMap<T>
  readonly #pauses: BoundedMap<number>
  readonly #key: string
  readonly #clock: { now(): number }
  readonly #refreshBeforeMs: number
  readonly #behind: TokenKeeper<T> | undefined
  readonly #onRenewalFailed: (error: unknown) => void
  readonly #changes: TokenChanges<T> | undefined
  readonly #listener: CachedTokensListener<T> | undefined

  #servedToken: T | undefined
  #served: Promise<T> | undefined
  #checkedVersion = 0

  constructor(provider: TokenProvider<T>, options: CachedTokensOptions<T>) {
    this.#provider = provider
    this.#memory = options.memory ?? boundedMap(1)
    this.#pauses = options.pauses ?? boundedMap(1)
    this.#key = options.key ?? ''
    this.#clock = options.clock
    this.#refreshBeforeMs = options.refreshBeforeMs ?? REFRESH_BEFORE_MS
    this.#behind = options.behind
    this.#onRenewalFailed = harmless(options.onRenewalFailed ?? (() => undefined))
    this.#changes = options.changes
    this.#listener = options.listener
  }

  getToken(options?: GetTokenOptions): Promise<T> {
    return this.served(options) ?? this.#getToken(options ?? {})
  }

  /**
   * What {@link getToken} resolves to without waiting, or undefined when there is nothing to serve. Starts a background
   * renewal when it is due.
   *
   * @param until From this moment on, in epoch milliseconds, there is nothing to serve.
   */
  served(options?: GetTokenOptions, until: number = Number.POSITIVE_INFINITY): Promise<T> | undefined {
    // The hot path: two lookups, one look at the clock, and the same promise for the same token.
    const token = this.#memory.get(this.#key)
    if (token === undefined || options?.signal?.aborted) return undefined
    const now = this.#clock.now()
    if (this.#changes !== undefined && !(this.#changes.isFresh(now) && this.#isCurrent(token, this.#changes)))
      return undefined
    const remaining = token.expiresAt - now
    if (
      now >= until ||
      remaining < MIN_REMAINING_MS ||
      (options !== undefined && !satisfies(token, options, now))
    )
      return undefined
    if (remaining < this.#refreshBeforeMs && now >= (this.#pauses.get(this.#key) ?? 0))
      void this.#renewInBackground(now)
    if (token !== this.#servedToken) {
      this.#servedToken = token
      this.#served = Promise.resolve(token)
    }
    this.#listener?.hit(token)
    return this.#served
  }

  /** The token that is kept, in memory or behind it. Mints nothing. */
  async held(): Promise<T | undefined> {
    return this.#memory.get(this.#key) ?? this.#behind?.held()
  }

  /** Forgets the token, so that the next caller gets a new one. */
  async forget(): Promise<void> {
    const token = this.#memory.get(this.#key)
    if (token !== undefined) this.#evict(token, 'revoked')
    await this.#behind?.forget()
  }

  /** Whether nothing has changed for a token in memory; otherwise it leaves. */
  #isCurrent(token: T, changes: TokenChanges<T>): boolean {
    const { version } = changes
    if (version === this.#checkedVersion && token === this.#servedToken) return true
    if (!changes.isCurrent(token)) {
      this.#evict(token, 'changed')
      return false
    }
    this.#checkedVersion = version
    return true
  }

  #evict(token: T, reason: 'rejected' | 'changed' | 'revoked'): void {
    this.#memory.delete(this.#key)
    this.#listener?.evicted(token, reason)
  }

  async #getToken(options: GetTokenOptions): Promise<T> {
    const changes = this.#changes
    if (changes === undefined || changes.isFresh(this.#clock.now())) return this.#renew(options)
    await untilAborted(changes.look(), options.signal)
    return this.served(options) ?? this.#renew(options)
  }

  async #renew(options: GetTokenOptions): Promise<T> {
    options.signal?.throwIfAborted()
    const { rejected } = options
    const before = this.#memory.get(this.#key)
    if (rejected !== undefined && before?.value === rejected.value) this.#evict(before, 'rejected')
    const token = await this.#provider.getToken(checked(options))
    if (this.#memory.get(this.#key) !== token && (this.#changes?.isCurrent(token) ?? true))
      this.#memory.set(this.#key, token)
    return token
  }

  async #renewInBackground(now: number): Promise<void> {
    this.#pauses.set(this.#key, now + RENEWAL_PAUSE_MS)
    let failure: unknown
    try {
      await this.#renew({ minRemainingMs: this.#refreshBeforeMs })
    } catch (error) {
      failure = error
      this.#onRenewalFailed(error)
    }
    this.#listener?.renewed(Math.max(0, this.#clock.now() - now), failure)
  }
}

function checked(options: GetTokenOptions): GetTokenOptions {
  const { minRemainingMs } = options
  if (minRemainingMs !== undefined && !(minRemainingMs >= 0 && minRemainingMs <= MAX_REMAINING_MS)) {
    throw new TypeError(
      `minRemainingMs: expected 0 to ${MAX_REMAINING_MS} (55 minutes); GitHub's tokens live an hour.`,
    )
  }
  return options
}
