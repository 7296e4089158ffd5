import { untilAborted } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { KeySource, SignOptions } from './key-source.ts'
import { readPrivateKey } from './pem.ts'

const RS256 = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }

type ImportedKey = Awaited<ReturnType<typeof importKey>>

/**
 * A key source over a PEM, or over a function that fetches one.
 *
 * The key is imported once, as a key that cannot be exported, and the text is forgotten. A function is called at
 * the first signature and again when GitHub refused a signature (`fresh`), so that a replaced key is picked up.
 *
 * @throws {HubauthError} `KEY_INVALID` at once when `pem` is text and no RSA private key of at least 2048 bits.
 * @throws {TypeError} When `pem` is neither text nor a function.
 */
export function pemKey(pem: string | (() => string | Promise<string>)): KeySource {
  if (typeof pem === 'function') return new PemKey(async () => importKey(readPrivateKey(await readText(pem))))
  if (typeof pem !== 'string')
    throw new TypeError('pemKey(): expected the text of a PEM, or a function that returns it.')
  const der = readPrivateKey(pem)
  let imported: ReturnType<typeof importKey> | undefined
  return new PemKey(() => {
    imported ??= importKey(der)
    return imported
  })
}

class PemKey implements KeySource {
  readonly #load: () => Promise<ImportedKey>
  #key: Promise<ImportedKey> | undefined
  #loading = false

  constructor(load: () => Promise<ImportedKey>) {
    this.#load = load
  }

  async sign(input: Uint8Array, { signal, fresh = false }: SignOptions = {}): Promise<Uint8Array> {
    signal?.throwIfAborted()
    const key = await untilAborted(this.#current(fresh), signal)
    return new Uint8Array(await crypto.subtle.sign(RS256, key, input))
  }

  /** The key in use; loads it when there is none, when `fresh` asks for it, and again after a failure. */
  #current(fresh: boolean): Promise<ImportedKey> {
    const known = this.#key
    if (known !== undefined && (!fresh || this.#loading)) return known
    this.#loading = true
    const loading = this.#load().then(
      (key) => {
        this.#loading = false
        return key
      },
      (error) => {
        this.#loading = false
        // A key that cannot be read again just now may still be good.
        if (this.#key === loading) this.#key = known
        throw error
      },
    )
    this.#key = loading
    return loading
  }
}

async function readText(read: () => string | Promise<string>): Promise<string> {
  let text: unknown
  try {
    text = await read()
  } catch (cause) {
    throw HubauthError.isInstance(cause)
      ? cause
      : new HubauthError('KEY_UNAVAILABLE', 'The private key could not be read.', { cause })
  }
  if (typeof text !== 'string')
    throw new HubauthError('KEY_INVALID', 'The function that reads the private key did not return text.')
  return text
}

async function importKey(pkcs8: Uint8Array) {
  try {
    return await crypto.subtle.importKey('pkcs8', pkcs8, RS256, false, ['sign'])
  } catch {
    // The platform's reason is a bare "Invalid keyData", and not worth a cause that might hold the input.
    throw new HubauthError('KEY_INVALID', 'The private key is damaged: its numbers do not belong together.')
  }
}
