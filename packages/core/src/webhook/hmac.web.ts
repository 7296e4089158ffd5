import type { HmacVerifier } from './hmac.ts'

const HMAC = { name: 'HMAC', hash: 'SHA-256' }

/** HMAC-SHA-256 through WebCrypto, whose `verify` compares in constant time. */
export function hmacVerifier(secret: string): HmacVerifier {
  let key: Awaited<ReturnType<typeof importSecret>> | undefined
  return async (body, signature) => {
    const own = signature.slice()
    // The key is kept, not the promise: in Workers, a promise never settles once the request that made it has ended.
    key ??= await importSecret(secret)
    return crypto.subtle.verify(HMAC, key, own, body)
  }
}

function importSecret(secret: string) {
  return crypto.subtle.importKey('raw', new TextEncoder().encode(secret), HMAC, false, ['verify'])
}
