const POLYNOMIAL = 0x1edc6f41

/** CRC32C bit by bit as RFC 3720 section 12.1 defines it: highest bit first, over reversed bytes. */
export function checksum(bytes: Uint8Array): string {
  let register = 0xffffffff
  for (const byte of bytes)
    for (let bit = 0; bit < 8; bit++) {
      const isSet = ((register >>> 31) ^ (byte >>> bit)) & 1
      register = (register << 1) ^ (isSet ? POLYNOMIAL : 0)
    }
  const bits = (~register >>> 0).toString(2).padStart(32, '0')
  return String(Number.parseInt([...bits].reverse().join(''), 2))
}
