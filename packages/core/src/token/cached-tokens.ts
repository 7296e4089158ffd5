import { type BoundedMap, boundedMap } from '../cache/bounded-map.ts'
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

  #servedToken: T | undefined
  #served: Promise<T> | undefined

  constructor(provider: TokenProvider<T>, options: CachedTokensOptions<T>) {
    this.#provider = provider
    this.#memory = options.memory ?? boundedMap(1)
    this.#pauses = options.pauses ?? boundedMap(1)
    this.#key = options.key ?? ''
    this.#clock = options.clock
    this.#refreshBeforeMs = options.refreshBeforeMs ?? REFRESH_BEFORE_MS
    this.#behind = options.behind
    this.#onRenewalFailed = harmless(options.onRenewalFailed ?? (() => undefined))
  }

  getToken(options?: GetTokenOptions): Promise<T> {
    return this.served(options) ?? this.#renew(options ?? {})
  }

  /**
   * What {@link getToken} resolves to without waiting, or undefined when there is nothing to serve. Starts a background
   * renewal when it is due.
   *
   * @param until From this moment on, in epoch milliseconds, there is nothing to serve.
   */
  served(options?: GetTokenOptions, until: number = Number.POSITIVE_INFINITY): Promise<T> | undefined {
    // The hot path: one lookup, one look at the clock, and the same promise for the same token.
    const token = this.#memory.get(this.#key)
    if (token === undefined || options?.signal?.aborted) return undefined
    const now = this.#clock.now()
    const remaining = token.expiresAt - now
    if (
      now >= until ||
      remaining < MIN_REMAINING_MS ||
      (options !== undefined && !satisfies(token, options, now))
    )
      return undefined
    if (remaining < this.#refreshBeforeMs && now >= (this.#pauses.get(this.#key) ?? 0))
      this.#renewInBackground(now)
    if (token !== this.#servedToken) {
      this.#servedToken = token
      this.#served = Promise.resolve(token)
    }
    return this.#served
  }

  /** The token that is kept, in memory or behind it. Mints nothing. */
  async held(): Promise<T | undefined> {
    return this.#memory.get(this.#key) ?? this.#behind?.held()
  }

  /** Forgets the token, so that the next caller gets a new one. */
  async forget(): Promise<void> {
    this.#memory.delete(this.#key)
    await this.#behind?.forget()
  }

  async #renew(options: GetTokenOptions): Promise<T> {
    options.signal?.throwIfAborted()
    const { rejected } = options
    if (rejected !== undefined && this.#memory.get(this.#key)?.value === rejected.value)
      this.#memory.delete(this.#key)
    const token = await this.#provider.getToken(checked(options))
    if (this.#memory.get(this.#key) !== token) this.#memory.set(this.#key, token)
    return token
  }

  #renewInBackground(now: number): void {
    this.#pauses.set(this.#key, now + RENEWAL_PAUSE_MS)
    this.#renew({ minRemainingMs: this.#refreshBeforeMs }).catch((error: unknown) =>
      this.#onRenewalFailed(error),
    )
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
