import { Reread } from '../cache/reread.ts'
import { type Clock, systemClock, untilAborted } from '../clock.ts'
import { HubauthError, harmless, problemPrinter, type StorePlace } from '../errors.ts'
import type { KeySource, SignOptions } from './key-source.ts'
import { type PublicKeyInput, type RsaPublicKey, readPublicKey } from './public-key.ts'
import { askStore, checkPlace, checkTimeout, type StoreExplanation, StoreFailure } from './store-call.ts'

const MIN_REREAD_INTERVAL_MS = 1_000

/** Options of {@link signerKey}. */
export interface SignerKeyOptions {
  /** Name of what signs, for messages: `AWS KMS`, `PKCS#11`. */
  readonly store: string
  /** The key there, by its name or ID. */
  readonly keyId: string
  /**
   * The public key: SubjectPublicKeyInfo as DER or PEM, or a JWK. A function is asked at the first signature, again when
   * GitHub refused a signature, and when a signature is not by this key: an alias may lead to another key by then.
   */
  readonly publicKey: PublicKeyInput | ((signal: AbortSignal) => Promise<PublicKeyInput>)
  /** Signs with RSASSA-PKCS1-v1_5 and SHA-256. `input` are the bytes to sign, not a digest of them. */
  readonly sign: (input: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>
  /** What an error of the client means; undefined when it is not known, which is taken for `unavailable`. */
  readonly explain?: ((error: unknown) => StoreExplanation | undefined) | undefined
  /** For one call with all its retries, in milliseconds. Default 5 000. */
  readonly timeoutMs?: number | undefined
  /** Told when the public key cannot be read again and the known one stays. Default: printed, at most once a minute. */
  readonly onProblem?: ((error: unknown) => void) | undefined
  readonly clock?: Clock | undefined
}

/**
 * A key source over whatever signs without revealing the key: a KMS, an HSM, a smart card, another process.
 *
 * The public key is checked before anything is signed (RSA, at least 2048 bits), and every signature is checked with it:
 * a wrong key, algorithm or kind of input is found here, with a message, and not at GitHub.
 *
 * `sign` throws `KEY_INVALID`, `STORE_UNAVAILABLE`, `STORE_THROTTLED`, `STORE_TIMEOUT`, `STORE_ACCESS_DENIED`,
 * `STORE_NOT_FOUND`, or the signal's reason.
 *
 * @throws {TypeError} When an option can never work.
 */
export function signerKey(options: SignerKeyOptions): KeySource {
  const { store, keyId, sign, publicKey, timeoutMs } = options
  checkPlace({ store, secretId: keyId }, 'keyId')
  if (typeof sign !== 'function') throw new TypeError('sign: expected a function that signs bytes.')
  if (publicKey === undefined || publicKey === null)
    throw new TypeError('publicKey: expected a public key, or a function that fetches it.')
  checkTimeout(timeoutMs)
  return new SignerKey(options)
}

class SignerKey implements KeySource {
  readonly #options: SignerKeyOptions
  readonly #clock: Clock
  readonly #place: StorePlace
  readonly #publicKey: Reread<RsaPublicKey>
  /** Why the public key could not be read again last time. */
  #problem: unknown

  constructor(options: SignerKeyOptions) {
    const { clock = systemClock, store, keyId, onProblem } = options
    const report = harmless(onProblem ?? problemPrinter(clock))
    this.#options = { ...options }
    this.#clock = clock
    this.#place = Object.freeze({ store, secretId: keyId })
    this.#publicKey = new Reread({
      read: () => this.#readPublicKey(),
      clock,
      minIntervalMs: MIN_REREAD_INTERVAL_MS,
      onFailed: (problem) => {
        this.#problem = problem
        report(problem)
      },
    })
  }

  async sign(input: Uint8Array, { signal, fresh = false }: SignOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted()
    return untilAborted(this.#signed(new Uint8Array(input), fresh), signal)
  }

  async publicKey({ signal }: Pick<SignOptions, 'signal'> = {}): Promise<Uint8Array> {
    signal?.throwIfAborted()
    return (await untilAborted(this.#publicKey.get(), signal)).spki.slice()
  }

  async #signed(input: Uint8Array, fresh: boolean): Promise<Uint8Array> {
    const publicKey = await (fresh ? this.#publicKey.again() : this.#publicKey.get())
    const signature = await this.#ask((signal) => this.#options.sign(new Uint8Array(input), signal))
    if (await isSigned(publicKey, signature, input)) return new Uint8Array(signature)
    const latest = await this.#publicKey.again('at once')
    if (await isSigned(latest, signature, input)) return new Uint8Array(signature)
    // It may be by a key that could not be asked for: that passes.
    if (latest === publicKey) throw this.#problem
    const { store, keyId } = this.#options
    const what = `What ${store} signed with ${keyId} is no RS256 signature by its public key.`
    throw new HubauthError('KEY_INVALID', what, {
      details: this.#place,
      remedy:
        'Sign the input itself with RSASSA-PKCS1-v1_5 and SHA-256, and give the public key of the same key.',
    })
  }

  async #readPublicKey(): Promise<RsaPublicKey> {
    const { publicKey, store, keyId } = this.#options
    const input = typeof publicKey === 'function' ? await this.#ask(publicKey) : publicKey
    try {
      return await readPublicKey(input)
    } catch (error) {
      if (!HubauthError.isInstance(error)) throw error
      const what = `${store} cannot sign for GitHub with ${keyId}: ${error.message}`
      throw new HubauthError('KEY_INVALID', what, { details: this.#place, remedy: '' })
    }
  }

  async #ask<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    try {
      const { keyId, explain } = this.#options
      // A signer hands out no secret that its client could quote.
      const known = (error: unknown) => explain?.(error) ?? 'unavailable'
      return await askStore({ ...this.#options, secretId: keyId, explain: known, clock: this.#clock }, work)
    } catch (error) {
      throw error instanceof StoreFailure ? error.at(this.#place) : error
    }
  }
}

async function isSigned(key: RsaPublicKey, signature: unknown, input: Uint8Array): Promise<boolean> {
  return signature instanceof Uint8Array && key.verifies(signature, input)
}
