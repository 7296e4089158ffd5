import { HubauthError } from '../errors.ts'
import { fromBase64url, toBase64url } from './base64url.ts'

/** Thirty-two random bytes have at least this many characters in hex, base64 or base64url. */
const MIN_SECRET_LENGTH = 32
const KEY_ID_BYTES = 4
const IV_BYTES = 12
const VERSION = 2
const HEAD_BYTES = 1 + KEY_ID_BYTES + IV_BYTES

/** At least 32 characters of random text, the same in every process; several for rotation: the first seals, all open. */
export type SealSecret = string | readonly string[]

/** Encrypts text (AES-256-GCM), each bound to its name, and makes names that tell nothing. */
export interface Sealing {
  /** What a name becomes under every secret, that of the first secret first (HMAC-SHA-256). */
  names(name: string): Promise<readonly string[]>
  /** Seals text with the first secret. @param name What {@link open} must be given as well. */
  seal(name: string, text: string): Promise<string>
  /**
   * Opens what one of the secrets sealed.
   *
   * @throws {HubauthError} `SEAL_BROKEN` when it was damaged, belongs to another name, or no secret fits.
   */
  open(name: string, sealed: string): Promise<string>
}

type SealKeys = Awaited<ReturnType<typeof derive>>

/**
 * Makes a {@link Sealing}. Sealed text starts with the id of its secret, so that rotation needs no guessing: put the new
 * secret behind the old one everywhere, then before it, then remove the old one.
 *
 * @param secret Such as `openssl rand -base64 32` prints.
 * @param option What the caller's option is called, for the error.
 * @throws {TypeError} When there is no secret, or one is too short.
 */
export function sealing(secret: SealSecret, option: string): Sealing {
  const secrets = typeof secret === 'string' ? [secret] : [...(secret ?? [])]
  const isUsable = (text: unknown) => typeof text === 'string' && text.length >= MIN_SECRET_LENGTH
  if (secrets.length === 0 || !secrets.every(isUsable)) {
    throw new TypeError(
      `${option}: expected a secret of at least ${MIN_SECRET_LENGTH} characters, such as "openssl rand -base64 32" prints.`,
    )
  }
  return new SecretSealing(secrets)
}

class SecretSealing implements Sealing {
  readonly #secrets: readonly string[]
  #keys: Promise<readonly SealKeys[]> | undefined

  constructor(secrets: readonly string[]) {
    this.#secrets = secrets
  }

  async names(name: string): Promise<readonly string[]> {
    return Promise.all((await this.#derived()).map((keys) => hide(keys, name)))
  }

  async seal(name: string, text: string): Promise<string> {
    const [keys] = await this.#derived()
    if (keys === undefined) return ''
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
    const parameters = { name: 'AES-GCM', iv, additionalData: utf8(name) }
    const sealed = new Uint8Array(await crypto.subtle.encrypt(parameters, keys.encryption, utf8(text)))
    const bytes = new Uint8Array(HEAD_BYTES + sealed.byteLength)
    bytes[0] = VERSION
    bytes.set(keys.id, 1)
    bytes.set(iv, 1 + KEY_ID_BYTES)
    bytes.set(sealed, HEAD_BYTES)
    return toBase64url(bytes)
  }

  async open(name: string, sealed: string): Promise<string> {
    const all = await this.#derived()
    try {
      const bytes = fromBase64url(sealed)
      const keys = all.find(
        ({ id }) => bytes[0] === VERSION && id.every((byte, at) => byte === bytes[1 + at]),
      )
      if (keys === undefined) throw new TypeError('no secret fits')
      const iv = bytes.subarray(1 + KEY_ID_BYTES, HEAD_BYTES)
      const parameters = { name: 'AES-GCM', iv, additionalData: utf8(name) }
      const opened = await crypto.subtle.decrypt(parameters, keys.encryption, bytes.subarray(HEAD_BYTES))
      return new TextDecoder('utf-8', { ignoreBOM: true }).decode(opened)
    } catch {
      throw new HubauthError(
        'SEAL_BROKEN',
        'A sealed value could not be opened: it was damaged, moved to another name, or sealed with a secret that is not configured.',
      )
    }
  }

  #derived(): Promise<readonly SealKeys[]> {
    this.#keys ??= Promise.all(this.#secrets.map(derive))
    return this.#keys
  }
}

async function derive(secret: string) {
  const material = await crypto.subtle.importKey('raw', utf8(secret), 'HKDF', false, [
    'deriveKey',
    'deriveBits',
  ])
  const from = (info: string) => ({ name: 'HKDF', hash: 'SHA-256', salt: utf8('hubauth'), info: utf8(info) })
  const aes = { name: 'AES-GCM', length: 256 }
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
  return {
    id: new Uint8Array(await crypto.subtle.deriveBits(from('id'), material, KEY_ID_BYTES * 8)),
    encryption: await crypto.subtle.deriveKey(from('seal'), material, aes, false, ['encrypt', 'decrypt']),
    naming: await crypto.subtle.deriveKey(from('name'), material, hmac, false, ['sign']),
  }
}

async function hide({ id, naming }: SealKeys, name: string): Promise<string> {
  const hidden = new Uint8Array(await crypto.subtle.sign('HMAC', naming, utf8(name)))
  return `${toBase64url(id)}.${toBase64url(hidden)}`
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
