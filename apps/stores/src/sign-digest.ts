import { constants, type KeyObject, privateEncrypt } from 'node:crypto'

/** What PKCS #1 puts before a digest (RFC 8017, section 9.2, note 1), in hex, by the digest's bytes: SHA-256 and SHA-512. */
const PREFIXES = new Map([
  [32, '3031300d060960864801650304020105000420'],
  [64, '3051300d060960864801650304020305000440'],
])

/** An RSASSA-PKCS1-v1_5 signature over a digest; `sign` of `node:crypto` would make a digest of it. */
export function signDigest(privateKey: KeyObject, digest: Uint8Array): Buffer {
  const prefix = PREFIXES.get(digest.length)
  if (prefix === undefined) throw new TypeError(`No digest has ${digest.length} bytes.`)
  const info = Buffer.concat([Buffer.from(prefix, 'hex'), digest])
  return privateEncrypt({ key: privateKey, padding: constants.RSA_PKCS1_PADDING }, info)
}
