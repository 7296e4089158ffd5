export function sameBytes(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index])
}

/** Whether a signature is among those that GitHub refused: RS256 is deterministic, so this tells keys apart. */
export function isRefused(signature: Uint8Array, refused: readonly Uint8Array[]): boolean {
  return refused.some((other) => sameBytes(other, signature))
}
