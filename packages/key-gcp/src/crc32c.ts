/** The polynomial of Castagnoli, bits reversed (RFC 3720 appendix B.4). */
const POLYNOMIAL = 0x82f63b78

/** The CRC32C checksum that Google Cloud sends along with bytes. */
export function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1
  }
  return (crc ^ 0xffffffff) >>> 0
}
