import { hmacVerifier } from '#hmac'
import { Flights } from '../cache/flights.ts'
import { type Clock, hasPassed, systemClock, withDeadline } from '../clock.ts'
import { HubauthError, harmless, problemPrinter } from '../errors.ts'
import type { SecretSource } from '../key/secret-source.ts'
import type { HmacVerifier } from './hmac.ts'

const REREAD_AFTER_MS = 300_000
/** Anybody can send a wrong signature, and each may be by a secret that is new: this bounds what that costs the store. */
const MIN_REREAD_INTERVAL_MS = 5_000
/** Stores have limits of their own; this one is for sources that have none. */
const READ_TIMEOUT_MS = 10_000
/** Text with so many lines is something else. */
const MAX_LINES = 100
/** How long a failed first read answers for the next ones. */
const FAILURE_PAUSE_MS = 1_000

/** When webhook secrets that are kept elsewhere are read again. */
export interface SecretRereadOptions {
  /**
   * The age at which secrets are read again, in milliseconds, in the background of the next delivery. Default 300 000. They
   * are also read again when a signature matches none of them, at most every five seconds.
   */
  readonly rereadSecretsAfterMs?: number | undefined
  /** Told of secrets that cannot be read; those that are known go on. Default: printed, at most once a minute. */
  readonly onError?: ((error: unknown, delivery: undefined) => void) | undefined
  readonly clock?: Clock | undefined
}

/** What verifies by one secret, and the position of its source. */
export interface SecretVerifier {
  readonly index: number
  readonly verify: HmacVerifier
}

/** One entry of the list of secrets, and the verifiers of what was read there last, by secret. */
interface Entry {
  readonly source: SecretSource
  readonly index: number
  verifiers: ReadonlyMap<string, SecretVerifier>
}

/** Verifiers of secrets, some of which are kept elsewhere and change. */
export class RotatingSecrets {
  readonly #fixed: readonly SecretVerifier[]
  readonly #entries: readonly Entry[]
  readonly #reading = new Flights<void>()
  readonly #clock: Clock
  readonly #rereadAfterMs: number
  readonly #report: (error: unknown) => void
  #known: readonly SecretVerifier[]
  #readAt = Number.NEGATIVE_INFINITY
  #askedAt = Number.NEGATIVE_INFINITY
  #failure: unknown

  /** @throws {TypeError} When `rereadSecretsAfterMs` is not positive. */
  constructor(secrets: readonly (string | SecretSource)[], options: SecretRereadOptions) {
    const { clock = systemClock, rereadSecretsAfterMs = REREAD_AFTER_MS, onError } = options
    if (!(rereadSecretsAfterMs > 0))
      throw new TypeError('rereadSecretsAfterMs: expected more than 0 milliseconds.')
    this.#clock = clock
    this.#rereadAfterMs = rereadSecretsAfterMs
    const print = problemPrinter(clock)
    this.#report = harmless((error: unknown) => (onError ? onError(error, undefined) : print(error)))
    this.#fixed = secrets.flatMap((secret, index) =>
      typeof secret === 'string' ? [{ index, verify: hmacVerifier(secret) }] : [],
    )
    this.#known = this.#fixed
    this.#entries = secrets.flatMap((source, index) =>
      typeof source === 'string' ? [] : [{ source, index, verifiers: new Map() }],
    )
  }

  /** Whether nothing can change. */
  get isFixed(): boolean {
    return this.#entries.length === 0
  }

  /** What is known here. Begins to read it again when that is due, and waits for nothing. */
  known(): readonly SecretVerifier[] {
    if (!this.isFixed && this.#known.length > 0 && hasPassed(this.#clock, this.#readAt, this.#rereadAfterMs))
      this.#read().catch(this.#report)
    return this.#known
  }

  /** What is there, for who knows nothing yet. @throws {HubauthError} `WEBHOOK_SECRET_UNAVAILABLE`. */
  async first(): Promise<readonly SecretVerifier[]> {
    const isDue = this.#failure === undefined || hasPassed(this.#clock, this.#readAt, FAILURE_PAUSE_MS)
    if (isDue || this.#reading.has('')) await this.#read()
    if (this.#known.length > 0) return this.#known
    const what = 'The webhook secret cannot be read.'
    throw new HubauthError('WEBHOOK_SECRET_UNAVAILABLE', what, { cause: this.#failure })
  }

  /** What is there now, or what is known when somebody asked a moment ago. */
  async again(): Promise<readonly SecretVerifier[]> {
    const isReading = this.#reading.has('')
    const isDue = hasPassed(this.#clock, this.#askedAt, MIN_REREAD_INTERVAL_MS)
    // A read under way may have begun before the change that brought somebody here, and does not count.
    if (isDue && !isReading) this.#askedAt = this.#clock.now()
    if (isDue || isReading) await this.#read()
    return this.#known
  }

  /** Reads all entries, one time at a time. What fails is reported, and what is known stays. */
  #read(): Promise<void> {
    return this.#reading.join('', async () => {
      this.#readAt = this.#clock.now()
      await Promise.all(this.#entries.map((entry) => this.#readEntry(entry)))
      this.#known = [...this.#fixed, ...this.#entries.flatMap(({ verifiers }) => [...verifiers.values()])]
    })
  }

  async #readEntry(entry: Entry): Promise<void> {
    const { source, index, verifiers } = entry
    try {
      const limit = { clock: this.#clock, timeoutMs: READ_TIMEOUT_MS, what: 'Reading a webhook secret' }
      const secrets = secretsOf(await withDeadline(limit, ({ signal }) => source.read({ signal })), source)
      const verifierOf = (secret: string) => ({ index, verify: hmacVerifier(secret) })
      entry.verifiers = new Map(
        secrets.map((secret) => [secret, verifiers.get(secret) ?? verifierOf(secret)]),
      )
    } catch (error) {
      this.#failure = error
      this.#report(error)
    }
  }
}

/** The secrets of a text, one per line: two while one replaces the other. */
function secretsOf(text: unknown, { place }: SecretSource): readonly string[] {
  const secrets = typeof text === 'string' ? text.split(/[\r\n]+/, MAX_LINES).map((line) => line.trim()) : []
  const found = secrets.filter((secret) => secret !== '')
  // Whoever knows what is kept there can guess lines of it, such as "{", and each would be a secret.
  const isOther = secrets.length === MAX_LINES || isDocument(text)
  if (found.length > 0 && !isOther) return found
  const what = isOther ? 'something else than a webhook secret' : 'no webhook secret'
  const where = place === undefined ? 'a secret source' : Object.values(place).join(', ')
  throw new HubauthError('SECRET_INVALID', `There is ${what} in ${where}.`, {
    details: place ?? {},
    ...(isOther && { remedy: 'Name its field(), or store the secret alone.' }),
  })
}

/** Whether this is JSON or a PEM. */
function isDocument(text: unknown): boolean {
  if (typeof text !== 'string') return false
  // Documents that are cut off or are mistaken somewhere are documents as well.
  if (text.includes('-----BEGIN') || /^\s*[{[][\s\S]*\n/.test(text)) return true
  try {
    return typeof JSON.parse(text.trim()) === 'object'
  } catch {
    return false
  }
}
