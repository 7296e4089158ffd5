/**
 * Whether `signature` (32 bytes) is the HMAC-SHA-256 of `body`; compares in constant time. The bytes of `signature` are
 * good during the call only: the caller uses the same ones again for the next delivery.
 */
export type HmacVerifier = (body: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>
