import { Flights } from '../cache/flights.ts'
import { untilAborted, withDeadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import { signAppJwt } from '../jwt/app-jwt.ts'
import type { KeySource } from '../key/key-source.ts'
import { Token } from './token.ts'
import type { GetTokenOptions, TokenProvider } from './token-provider.ts'

/** A JWT with less left than this is signed again. */
const MIN_REMAINING_MS = 60_000
/** A JWT lives nine minutes, so nobody can ask for more without a signature for every call. */
const MAX_REMAINING_MS = 480_000

/** Options of {@link appTokens}. */
export interface AppTokensOptions {
  readonly key: KeySource
  /** App ID or client ID. */
  readonly appId: string | number
  readonly clock: GitHubClock
  /** For one signature, in milliseconds: a key store that hangs must not hold up later callers. */
  readonly timeoutMs: number
}

/**
 * Provides app JWTs: signs one, reuses it until 60 s before it expires, and signs again when the learnt clock offset
 * changes. A rejected JWT makes the next signature a `fresh` one.
 */
export function appTokens(options: AppTokensOptions): TokenProvider {
  return new AppTokens(options)
}

class AppTokens implements TokenProvider {
  readonly #options: AppTokensOptions
  readonly #signing = new Flights<Token>()
  #token: Token | undefined
  /** The offset under which the current token was, or is being, signed. */
  #offsetMs = 0

  constructor(options: AppTokensOptions) {
    this.#options = options
  }

  async getToken({
    signal,
    rejected,
    minRemainingMs = MIN_REMAINING_MS,
  }: GetTokenOptions = {}): Promise<Token> {
    signal?.throwIfAborted()
    const { clock } = this.#options
    const isRejected = rejected !== undefined && this.#token?.value === rejected.value
    const token = this.#token
    if (
      token !== undefined &&
      !isRejected &&
      this.#offsetMs === clock.offsetMs &&
      token.expiresAt - clock.now() > Math.min(minRemainingMs, MAX_REMAINING_MS)
    ) {
      return token
    }
    const { offsetMs } = clock
    const signing = this.#signing.join(String(offsetMs), () => this.#sign(offsetMs, isRejected))
    return untilAborted(signing, signal)
  }

  async #sign(offsetMs: number, fresh: boolean): Promise<Token> {
    const { key, appId, clock, timeoutMs } = this.#options
    this.#offsetMs = offsetMs
    this.#token = undefined
    try {
      const { value, expiresAt } = await withDeadline(
        { clock: clock.local, timeoutMs, what: 'Signing an app JWT' },
        ({ signal }) => signAppJwt({ key, issuer: appId, now: clock.now() }, { fresh, signal }),
      )
      const token = new Token(value, expiresAt)
      if (this.#offsetMs === offsetMs) this.#token = token
      return token
    } catch (cause) {
      if (HubauthError.isInstance(cause)) throw cause
      throw new HubauthError('KEY_UNAVAILABLE', 'The key source failed to sign.', { cause })
    }
  }
}
