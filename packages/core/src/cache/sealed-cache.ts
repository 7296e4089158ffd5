import { decode, encode } from 'jose/base64url'
import { HubauthError } from '../errors.ts'
import type { Cache, TokenCache } from './cache.ts'

/** Thirty-two random bytes have at least this many characters in hex, base64 or base64url. */
const MIN_SECRET_LENGTH = 32
const IV_BYTES = 12
const VERSION = 1

type SealKeys = Awaited<ReturnType<typeof derive>>

/**
 * Encrypts what a cache keeps (AES-256-GCM), and hides under what name: whoever reads the cache finds neither tokens
 * nor the repositories they are for. A value is bound to its name, so it cannot be moved to another.
 *
 * @param secret At least 32 characters of random text, such as `openssl rand -base64 32` prints; the same in every
 * process. An array for rotation: the first seals, all open.
 * @throws {TypeError} When a secret is too short.
 */
export function sealedCache(cache: Cache, secret: string | readonly string[]): TokenCache {
  const secrets = typeof secret === 'string' ? [secret] : [...secret]
  if (
    secrets.length === 0 ||
    secrets.some((text) => typeof text !== 'string' || text.length < MIN_SECRET_LENGTH)
  ) {
    throw new TypeError(
      `sealedCache(): expected a secret of at least ${MIN_SECRET_LENGTH} characters, such as "openssl rand -base64 32" prints.`,
    )
  }
  return new SealedCache(cache, secrets)
}

/** Accepts that whoever reads this cache can use every token in it. */
export function plaintextCache(cache: Cache): TokenCache {
  return {
    protection: 'plaintext',
    get: (key) => cache.get(key),
    set: (key, value, expiresAt) => cache.set(key, value, expiresAt),
    delete: (key) => cache.delete(key),
  }
}

class SealedCache implements TokenCache {
  readonly protection = 'sealed'
  readonly #cache: Cache
  readonly #secrets: readonly string[]
  #keys: Promise<readonly SealKeys[]> | undefined

  constructor(cache: Cache, secrets: readonly string[]) {
    this.#cache = cache
    this.#secrets = secrets
  }

  async get(key: string): Promise<string | undefined> {
    for (const keys of await this.#derived()) {
      const name = await hide(keys, key)
      const sealed = await this.#cache.get(name)
      if (sealed !== undefined) return open(keys, name, sealed)
    }
    return undefined
  }

  async set(key: string, value: string, expiresAt: number): Promise<void> {
    const [keys, ...old] = await this.#derived()
    if (keys === undefined) return
    // What an old secret sealed must not come back when this value has ended.
    for (const before of old) await this.#cache.delete(await hide(before, key))
    const name = await hide(keys, key)
    await this.#cache.set(name, await seal(keys, name, value), expiresAt)
  }

  async delete(key: string): Promise<void> {
    for (const keys of await this.#derived()) await this.#cache.delete(await hide(keys, key))
  }

  #derived(): Promise<readonly SealKeys[]> {
    this.#keys ??= Promise.all(this.#secrets.map(derive))
    return this.#keys
  }
}

async function derive(secret: string) {
  const material = await crypto.subtle.importKey('raw', utf8(secret), 'HKDF', false, ['deriveKey'])
  const from = (info: string) => ({ name: 'HKDF', hash: 'SHA-256', salt: utf8('hubauth'), info: utf8(info) })
  const hmac = { name: 'HMAC', hash: 'SHA-256', length: 256 }
  return {
    encryption: await crypto.subtle.deriveKey(
      from('seal'),
      material,
      { name: 'AES-GCM', length: 256 },
      false,
      ['encrypt', 'decrypt'],
    ),
    naming: await crypto.subtle.deriveKey(from('name'), material, hmac, false, ['sign']),
  }
}

async function hide({ naming }: SealKeys, key: string): Promise<string> {
  return encode(new Uint8Array(await crypto.subtle.sign('HMAC', naming, utf8(key))))
}

async function seal({ encryption }: SealKeys, name: string, value: string): Promise<string> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: utf8(name) },
    encryption,
    utf8(value),
  )
  const bytes = new Uint8Array(1 + IV_BYTES + sealed.byteLength)
  bytes[0] = VERSION
  bytes.set(iv, 1)
  bytes.set(new Uint8Array(sealed), 1 + IV_BYTES)
  return encode(bytes)
}

async function open({ encryption }: SealKeys, name: string, sealed: string): Promise<string> {
  try {
    const bytes = decode(sealed)
    if (bytes[0] !== VERSION) throw new TypeError('unknown version')
    const iv = bytes.subarray(1, 1 + IV_BYTES)
    const opened = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv, additionalData: utf8(name) },
      encryption,
      bytes.subarray(1 + IV_BYTES),
    )
    return new TextDecoder().decode(opened)
  } catch {
    throw new HubauthError(
      'CACHE_FAILED',
      'A sealed value could not be opened: it was damaged, or moved to another name.',
    )
  }
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
