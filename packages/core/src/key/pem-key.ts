import { Reread } from '../cache/reread.ts'
import { type Clock, systemClock, untilAborted, withDeadline } from '../clock.ts'
import { HubauthError, harmless, problemPrinter } from '../errors.ts'
import type { KeySource, SignOptions } from './key-source.ts'
import { readPrivateKey } from './pem.ts'
import { publicHalf } from './pkcs8.ts'
import { isRefused, sameBytes } from './same-bytes.ts'
import type { ReadSecretOptions, SecretSource } from './secret-source.ts'
import { entryOf } from './store-call.ts'

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
const MIN_REREAD_INTERVAL_MS = 1_000
/** Stores have limits of their own; this one is for what has none, and leaves time to sign with the last good key. */
const READ_TIMEOUT_MS = 8_000

/** Options of {@link pemKey}, for keys that are read from elsewhere. */
export interface PemKeyOptions {
  /**
   * When to read the key again: when GitHub `refused` a signature, or for `every` signature, which costs a read every eight
   * minutes and follows a change before GitHub refuses anything. Default `refused`.
   */
  readonly reread?: 'refused' | 'every' | undefined
  /** How soon after a re-read the next one may begin, in milliseconds. Default 1 000; does not hold for `every`. */
  readonly minRereadIntervalMs?: number | undefined
  /** Told when the key cannot be read again and the last good one goes on. Default: printed, at most once a minute. */
  readonly onProblem?: ((error: unknown) => void) | undefined
  readonly clock?: Clock | undefined
}

/**
 * A key source over a PEM, over a function that fetches one, or over a secret in a store.
 *
 * The key is imported as one that cannot be exported, and the text is forgotten. What is read from elsewhere is read at the
 * first signature and again when GitHub refused a signature (`fresh`), one read at a time. While it cannot be read, the last
 * good key goes on signing; and when GitHub refuses a key that was just replaced, the one before it has another chance, for
 * a new key is not known to all of GitHub at once.
 *
 * @throws {HubauthError} `KEY_INVALID` at once when `pem` is text and no RSA private key of at least 2048 bits.
 * @throws {TypeError} When `pem` is none of these, or `minRereadIntervalMs` is negative.
 */
export function pemKey(
  pem: string | (() => string | Promise<string>) | SecretSource,
  options: PemKeyOptions = {},
): KeySource {
  if (!((options.minRereadIntervalMs ?? 0) >= 0))
    throw new TypeError('minRereadIntervalMs: expected 0 or more milliseconds.')
  const { clock = systemClock } = options
  if (typeof pem === 'function')
    return new PemKey(async () => importKey(readPrivateKey(await readText(clock, () => pem()))), options)
  if (typeof pem === 'object' && typeof pem?.read === 'function')
    return new PemKey(() => importStored(clock, pem), options)
  if (typeof pem !== 'string')
    throw new TypeError(
      'pemKey(): expected the text of a PEM, a function that returns it, or a secret source.',
    )
  const der = readPrivateKey(pem)
  let imported: ReturnType<typeof importKey> | undefined
  const load = () => {
    imported ??= importKey(der)
    return imported
  }
  return new PemKey(load, {})
}

interface ImportedKey {
  readonly spki: Uint8Array
  readonly key: Awaited<ReturnType<typeof crypto.subtle.importKey>>
}

class PemKey implements KeySource {
  readonly #keys: Reread<ImportedKey>
  readonly #isReadAlways: boolean
  /** What was read last. */
  #latest: ImportedKey | undefined
  /** The one before the last change. */
  #previous: ImportedKey | undefined
  /** The one of them that signs. */
  #current: ImportedKey | undefined

  constructor(read: () => Promise<ImportedKey>, options: PemKeyOptions) {
    const { clock = systemClock, minRereadIntervalMs = MIN_REREAD_INTERVAL_MS, reread = 'refused' } = options
    this.#isReadAlways = reread === 'every'
    const onFailed = harmless(options.onProblem ?? problemPrinter(clock))
    this.#keys = new Reread({ read, clock, minIntervalMs: minRereadIntervalMs, onFailed })
  }

  async sign(input: Uint8Array, options: SignOptions = {}): Promise<Uint8Array> {
    const { signal, fresh = false, refused = [] } = options
    signal?.throwIfAborted()
    const current = await untilAborted(this.#read(fresh), signal)
    return fresh ? this.#another(this.#latest ?? current, input, refused) : signed(current, input)
  }

  async publicKey({ signal }: Pick<SignOptions, 'signal'> = {}): Promise<Uint8Array> {
    signal?.throwIfAborted()
    return (await untilAborted(this.#read(false), signal)).spki.slice()
  }

  /** Sees to it that the latest key is known, and gives the one that signs. */
  async #read(fresh: boolean): Promise<ImportedKey> {
    const reading = this.#isReadAlways
      ? this.#keys.again('at once')
      : fresh
        ? this.#keys.again()
        : this.#keys.get()
    const latest = await reading
    if (this.#latest !== undefined && sameBytes(this.#latest.spki, latest.spki))
      return this.#current ?? latest
    this.#previous = this.#current
    this.#latest = latest
    this.#current = latest
    return latest
  }

  /** A signature that GitHub did not refuse: of the latest key, else of the one before it, else again of the latest. */
  async #another(
    latest: ImportedKey,
    input: Uint8Array,
    refused: readonly Uint8Array[],
  ): Promise<Uint8Array> {
    const previous = this.#previous
    const signature = await signed(latest, input)
    this.#current = latest
    if (previous === undefined || !isRefused(signature, refused)) return signature
    const other = await signed(previous, input)
    if (isRefused(other, refused)) return signature
    this.#current = previous
    return other
  }
}

async function signed({ key }: ImportedKey, input: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.sign(RS256, key, input))
}

async function readText(
  clock: Clock,
  read: (options: ReadSecretOptions) => string | Promise<string>,
): Promise<string> {
  let text: unknown
  try {
    const limit = { clock, timeoutMs: READ_TIMEOUT_MS, what: 'Reading the private key' }
    text = await withDeadline(limit, async ({ signal }) => read({ signal }))
  } catch (cause) {
    throw HubauthError.isInstance(cause) && cause.code !== 'TIMEOUT'
      ? cause
      : new HubauthError('KEY_UNAVAILABLE', 'The private key could not be read.', { cause })
  }
  if (typeof text !== 'string')
    throw new HubauthError('KEY_INVALID', 'The function that reads the private key did not return text.')
  return text
}

/** Imports the key of a store; what is wrong with it is said with its place. */
async function importStored(clock: Clock, source: SecretSource): Promise<ImportedKey> {
  const text = await readText(clock, (options) => source.read(options))
  const { place } = source
  try {
    // The first PEM in it would be the key of whichever app stands there first.
    if (/^\s*[{[]/.test(text))
      throw new HubauthError('KEY_INVALID', 'It is a JSON document.', {
        remedy: 'Name the field(…) that has the key.',
      })
    return await importKey(readPrivateKey(text))
  } catch (error) {
    if (place === undefined || !HubauthError.isInstance(error)) throw error
    const what = `${place.store} has no usable key in ${entryOf(place)}: ${error.message}`
    throw new HubauthError('KEY_INVALID', what, { details: place, remedy: '' })
  }
}

async function importKey(pkcs8: Uint8Array): Promise<ImportedKey> {
  try {
    return {
      spki: publicHalf(pkcs8),
      key: await crypto.subtle.importKey('pkcs8', pkcs8, RS256, false, ['sign']),
    }
  } catch {
    // The platform's reason is a bare "Invalid keyData", and not worth a cause that might hold the input.
    throw new HubauthError('KEY_INVALID', 'The private key is damaged: its numbers do not belong together.')
  }
}
