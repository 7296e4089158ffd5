/** Whether `signature` (32 bytes) is the HMAC-SHA-256 of `body`; compares in constant time. */
export type HmacVerifier = (body: Uint8Array, signature: Uint8Array) => boolean | Promise<boolean>
