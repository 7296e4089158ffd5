import { Flights } from '../cache/flights.ts'
import { untilAborted, withDeadline } from '../clock.ts'
import { HubauthError, type HubauthErrorDetails } from '../errors.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import { type AppJwt, appJwt, signedAppJwt } from '../jwt/app-jwt.ts'
import type { KeySource, SignOptions } from '../key/key-source.ts'
import { keyFingerprint } from '../key/public-key.ts'
import { isRefused } from '../key/same-bytes.ts'
import { type Observe, timed } from '../observe.ts'
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
  readonly observe: Observe | undefined
}

/**
 * Provides app JWTs: signs one, reuses it until 60 s before it expires, and signs again when the learnt clock offset
 * changes.
 *
 * A rejected JWT is signed again as it is, by a `fresh` key: the same signature means that the source has no other key. So
 * who is refused may ask again, until there is `KEY_REFUSED`. A JWT that GitHub has taken before stays in use for everybody
 * else until it takes the other one: a refusal may be about one call only. Who comes late with a JWT that somebody else found
 * to be refused gets the one that was tried after it (docs/decisions/0010).
 */
export function appTokens(options: AppTokensOptions): TokenProvider {
  return new AppTokens(options)
}

/** A JWT, and the same one by the keys with which GitHub refused it, the last first. */
interface SignedJwt {
  readonly jwt: AppJwt
  readonly token: Token
  readonly signature: Uint8Array
  readonly refused: readonly SignedJwt[]
}

/** What is known of a JWT that GitHub refused with every signature there is. */
interface Refusal {
  /** The last first. */
  readonly tried: readonly SignedJwt[]
  readonly error: Promise<HubauthError>
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
    this.#follow()
    const { offsetMs } = this.#options.clock
    const current = this.#usable(offsetMs, minRemainingMs)
    // Another JWT is due anyway, and a refusal may have been about the time.
    if (this.#offsetMs !== offsetMs || current !== this.#current) this.#refusal = undefined
    if (rejected !== undefined && !isOf(current, rejected)) {
      // By identity: the same JWT may have been tried again after this one, in vain.
      if (current?.refused.some(({ token }) => token === rejected)) return current.token
      const late = this.#outcomeOfTrial(rejected) ? undefined : outcomeOf(this.#refusal?.tried, rejected)
      // All were refused to somebody else, maybe for another reason; who is on the way tries the rest.
      if (late !== undefined && late !== 'last' && current !== undefined) return late.token
      if (late !== undefined && this.#refusal !== undefined)
        throw await untilAborted(this.#refusal.error, signal)
    }
    if (current === undefined) {
      const signing = this.#signing.join(String(offsetMs), () => this.#signNew(offsetMs))
      return untilAborted(signing, signal)
    }
    if (rejected === undefined) return current.token
    // One after the other: what was refused to somebody else may be what this one needs.
    const next = this.#outcomeOfTrial(rejected)
    if (next !== undefined && next !== 'last') return next.token
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

  #outcomeOfTrial(rejected: Token): SignedJwt | 'last' | undefined {
    const trial = this.#trial
    return trial && outcomeOf([trial, ...trial.refused], rejected)
  }

  /** Takes into use what GitHub took meanwhile: the trial, or the JWT by a key that seemed to be refused. */
  #follow(): void {
    const { established } = this.#options
    const [trial, current] = [this.#trial, this.#current]
    if (trial !== undefined) {
      const tried = [trial, ...trial.refused]
      const taken = tried.find((signed) => signed.token !== current?.token && established.has(signed.token))
      if (taken === undefined) return
      this.#use(taken)
      this.#refusal = undefined
    } else if (current !== undefined && !established.has(current.token)) {
      const taken = current.refused.find(({ token }) => established.has(token))
      if (taken !== undefined) this.#use(taken)
    }
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

  async #signAgain(before: SignedJwt): Promise<Token> {
    const { established } = this.#options
    const { jwt } = before
    const wasCurrent = before === this.#current
    // What was refused before a JWT that GitHub took may be known by now: a new key takes a while.
    // Each alone: chains within chains would grow with the square of what is refused.
    const refused = [{ ...before, refused: [] }, ...(established.has(before.token) ? [] : before.refused)]
    const signatures = refused.map(({ signature }) => signature)
    const signature = await this.#sign(jwt, { fresh: true, refused: signatures })
    this.#follow()
    const current = this.#current?.jwt === jwt ? this.#current : undefined
    // It was refused in place of one that GitHub has taken since.
    if (wasCurrent && current !== undefined && current.token !== before.token) return current.token
    const isOver = isRefused(signature, signatures)
    const signed = isOver ? undefined : { jwt, signature, token: tokenOf(jwt, signature), refused }
    if (current !== undefined && established.has(current.token)) this.#trial = signed
    else if (current !== undefined) this.#use(signed)
    if (signed !== undefined) return signed.token
    const error = this.#keyRefused()
    // What comes after this JWT is none of its business.
    if (current !== undefined) this.#refusal = { tried: refused, error }
    throw await error
  }

  async #sign({ input }: AppJwt, options: SignOptions): Promise<Uint8Array> {
    const { key, appId, clock, observe } = this.#options
    try {
      return await timed(
        clock.local,
        () => this.#inTime((signal) => key.sign(new TextEncoder().encode(input), { ...options, signal })),
        observe && ((how) => observe({ type: 'sign', app: appId, ...how })),
      )
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

/** What was tried after a JWT that was rejected, or that it was the `last`; undefined when it was not tried. */
function outcomeOf(tried: readonly SignedJwt[] | undefined, rejected: Token): SignedJwt | 'last' | undefined {
  const at = tried?.findIndex((signed) => isOf(signed, rejected)) ?? -1
  return at === 0 ? 'last' : tried?.[at - 1]
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
