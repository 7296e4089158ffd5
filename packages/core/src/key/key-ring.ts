import { systemClock } from '../clock.ts'
import { problemPrinter } from '../errors.ts'
import type { KeySource, SignOptions } from './key-source.ts'
import { publicKeyOf } from './public-key.ts'
import { isRefused } from './same-bytes.ts'

interface Refused {
  readonly refused: readonly Uint8Array[]
}

/**
 * A key source over several, for rotation without downtime: signs with the first, falls over to the next when GitHub refuses
 * a signature, and stays with the one that works. A source that was refused is first asked to read its key again, so that a
 * ring of stores follows changes as well. A source that cannot sign at all is passed over, and why is printed, at most once
 * a minute.
 *
 * `sign` throws what the first source threw when none could sign.
 *
 * @throws {TypeError} When there is no key source, or something else is among them.
 */
export function keyRing(...keys: readonly KeySource[]): KeySource {
  if (keys.length === 0 || keys.some((key) => typeof key?.sign !== 'function'))
    throw new TypeError('keyRing(): expected key sources, such as pemKey(…) and fileKey(…).')
  return new KeyRing([...keys])
}

class KeyRing implements KeySource {
  /** Left out when one of the keys does not tell its public key: it may be the one that signs. */
  readonly publicKey?: NonNullable<KeySource['publicKey']>
  readonly #keys: readonly KeySource[]
  readonly #report = problemPrinter(systemClock)
  /** Position of the key that works, as far as is known. */
  #current = 0

  constructor(keys: readonly KeySource[]) {
    this.#keys = keys
    if (keys.every((key) => key.publicKey !== undefined))
      this.publicKey = (options) => this.#publicKey(options)
  }

  async sign(input: Uint8Array, options: SignOptions = {}): Promise<Uint8Array> {
    const { signal, fresh = false, refused = [] } = options
    signal?.throwIfAborted()
    const sign = (key: KeySource) => key.sign(input, { signal })
    if (!fresh) return this.#first(sign, signal)
    // Who does not tell which signature was refused means the one that the key in use makes.
    return this.#another(input, {
      signal,
      refused: refused.length > 0 ? refused : [await this.#first(sign, signal)],
    })
  }

  async #publicKey({ signal }: Pick<SignOptions, 'signal'> = {}): Promise<Uint8Array> {
    signal?.throwIfAborted()
    return this.#first((key) => publicKeyOf(key, { signal }), signal)
  }

  /** What the current key does, else the next one that can. */
  async #first<T>(work: (key: KeySource) => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    const first = this.#current
    const failures: unknown[] = []
    for (const [at, key] of this.#inOrder()) {
      // At once: who gives up waiting for this one does not wait for those before it again.
      if (failures.length > 0) this.#current = at
      try {
        const result = await work(key)
        for (const failure of failures) this.#report(failure)
        return result
      } catch (error) {
        signal?.throwIfAborted()
        failures.push(error)
      }
    }
    this.#current = first
    throw failures[0]
  }

  /** A signature that GitHub did not refuse: of the current key read again, else of the next keys, each read again too. */
  async #another(input: Uint8Array, options: SignOptions & Refused): Promise<Uint8Array> {
    const { signal, refused } = options
    const current = this.#current
    const signatures: Uint8Array[] = []
    const failures: unknown[] = []
    for (const [at, key] of this.#inOrder()) {
      try {
        for (const fresh of at === current ? [true] : [false, true]) {
          const signature = await key.sign(input, { ...options, fresh })
          signatures.push(signature)
          if (isRefused(signature, refused)) continue
          for (const failure of failures) this.#report(failure)
          this.#current = at
          return signature
        }
      } catch (error) {
        signal?.throwIfAborted()
        failures.push(error)
      }
    }
    const [last] = signatures
    if (last === undefined) throw failures[0]
    for (const failure of failures) this.#report(failure)
    // Who asks again begins with the next: a key that was too new may be known by then.
    this.#current = (current + 1) % this.#keys.length
    return last
  }

  #inOrder(): readonly (readonly [number, KeySource])[] {
    const entries = [...this.#keys.entries()]
    return [...entries.slice(this.#current), ...entries.slice(0, this.#current)]
  }
}
