import { Flights } from '../cache/flights.ts'
import { untilAborted, withDeadline } from '../clock.ts'
import { HubauthError, type HubauthErrorDetails } from '../errors.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import { type AppJwt, appJwt, signedAppJwt } from '../jwt/app-jwt.ts'
import type { KeySource, SignOptions } from '../key/key-source.ts'
import { keyFingerprint } from '../key/public-key.ts'
import { isRefused } from '../key/same-bytes.ts'
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
  /** The tokens that GitHub has taken. */
  readonly established: WeakSet<Token>
}

/**
 * Provides app JWTs: signs one, reuses it until 60 s before it expires, and signs again when the learnt clock offset
 * changes.
 *
 * A rejected JWT is signed again as it is, by a `fresh` key: the same signature means that the source has no other key. So
 * who is refused may ask again, until there is `KEY_REFUSED`. A JWT that GitHub has taken before stays in use for everybody
 * else until it takes the other one: a refusal may be about one call only.
 */
export function appTokens(options: AppTokensOptions): TokenProvider {
  return new AppTokens(options)
}

/** A JWT, and the signatures with which GitHub refused it. */
interface SignedJwt {
  readonly jwt: AppJwt
  readonly token: Token
  readonly signature: Uint8Array
  readonly refused: readonly Uint8Array[]
}

/** What is known of a JWT that GitHub refused with every signature there is. */
interface Refusal {
  readonly values: ReadonlySet<string>
  readonly error: HubauthError
}

class AppTokens implements TokenProvider {
  readonly #options: AppTokensOptions
  readonly #signing = new Flights<Token>()
  #current: SignedJwt | undefined
  /** The same JWT by another key, for those who were refused; GitHub has not taken it yet. */
  #trial: SignedJwt | undefined
  #refusal: Refusal | undefined
  /** The offset of what was signed, or began to be signed, last. */
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
    const { clock, established } = this.#options
    const trial = this.#trial
    if (trial !== undefined && established.has(trial.token)) this.#use(trial)
    const { offsetMs } = clock
    const current = this.#usable(offsetMs, minRemainingMs)
    // Who comes late with a JWT of which the outcome is known already.
    if (rejected !== undefined && !isOf(current, rejected) && this.#refusal?.values.has(rejected.value))
      throw this.#refusal.error
    if (current === undefined) {
      const signing = this.#signing.join(String(offsetMs), () => this.#signNew(offsetMs))
      return untilAborted(signing, signal)
    }
    if (rejected === undefined) return current.token
    if (this.#trial !== undefined && wasRefused(this.#trial, rejected)) return this.#trial.token
    const refused = [this.#trial, current].find((signed) => isOf(signed, rejected))
    if (refused === undefined) return current.token
    return untilAborted(
      this.#signing.join(rejected.value, () => this.#signAgain(refused)),
      signal,
    )
  }

  #usable(offsetMs: number, minRemainingMs: number): SignedJwt | undefined {
    const current = this.#current
    if (current === undefined || this.#offsetMs !== offsetMs) return undefined
    const remainingMs = current.jwt.expiresAt - this.#options.clock.now()
    return remainingMs > Math.min(minRemainingMs, MAX_REMAINING_MS) ? current : undefined
  }

  #use(signed: SignedJwt | undefined): void {
    this.#current = signed
    this.#trial = undefined
  }

  async #signNew(offsetMs: number): Promise<Token> {
    const { appId, clock } = this.#options
    this.#offsetMs = offsetMs
    this.#use(undefined)
    const jwt = appJwt({ issuer: appId, now: clock.now() })
    const signature = await this.#sign(jwt, {})
    this.#refusal = undefined
    const signed = { jwt, signature, token: tokenOf(jwt, signature), refused: [] }
    if (this.#offsetMs === offsetMs) this.#use(signed)
    return signed.token
  }

  async #signAgain({ jwt, signature, token, refused: before }: SignedJwt): Promise<Token> {
    const { established } = this.#options
    // What was refused before a JWT that GitHub took may be known by now: a new key takes a while.
    const refused = [signature, ...(established.has(token) ? [] : before)]
    const other = await this.#sign(jwt, { fresh: true, refused })
    const isOver = isRefused(other, refused)
    const signed = isOver ? undefined : { jwt, signature: other, token: tokenOf(jwt, other), refused }
    if (this.#current?.jwt === jwt) {
      if (established.has(this.#current.token)) this.#trial = signed
      else this.#use(signed)
    }
    this.#refusal = undefined
    if (signed !== undefined) return signed.token
    const error = await this.#keyRefused()
    this.#refusal = { values: new Set(refused.map((each) => signedAppJwt(jwt, each))), error }
    throw error
  }

  async #sign({ input }: AppJwt, options: SignOptions): Promise<Uint8Array> {
    const { key } = this.#options
    try {
      return await this.#inTime((signal) => key.sign(new TextEncoder().encode(input), { ...options, signal }))
    } catch (cause) {
      if (HubauthError.isInstance(cause)) throw cause
      throw new HubauthError('KEY_UNAVAILABLE', 'The key source failed to sign.', { cause })
    }
  }

  async #keyRefused(): Promise<HubauthError> {
    const { appId, key } = this.#options
    const fingerprint = await this.#inTime((signal) => keyFingerprint(key, { signal })).catch(() => undefined)
    return keyRefused(appId, { fingerprint })
  }

  #inTime<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, timeoutMs } = this.#options
    const limit = { clock: clock.local, timeoutMs, what: 'Signing an app JWT' }
    return withDeadline(limit, ({ signal }) => work(signal))
  }
}

function isOf(signed: SignedJwt | undefined, { value }: Token): boolean {
  return signed?.token.value === value
}

/** Whether this is the JWT by one of the keys that it was refused with. */
function wasRefused({ jwt, refused }: SignedJwt, { value }: Token): boolean {
  return refused.some((signature) => signedAppJwt(jwt, signature) === value)
}

function tokenOf(jwt: AppJwt, signature: Uint8Array): Token {
  return new Token(signedAppJwt(jwt, signature), jwt.expiresAt)
}

/** The error that there is no key left to try, with what people can compare and what GitHub said. */
export function keyRefused(
  appId: string | number,
  details: HubauthErrorDetails['KEY_REFUSED'],
  said: string = '',
): HubauthError {
  const by = details.fingerprint === undefined ? '' : ` by the key ${details.fingerprint}`
  const because = said === '' ? '' : `: ${said.replace(/\.$/, '')}`
  return new HubauthError('KEY_REFUSED', `GitHub refused the signature of app ${appId}${by}${because}.`, {
    details,
  })
}
