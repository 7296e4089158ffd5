import { HubauthError } from '../errors.ts'
import { type DerElement, readDer, writeDer } from './der.ts'

const INTEGER = 0x02
const BIT_STRING = 0x03
const OCTET_STRING = 0x04
const OBJECT_IDENTIFIER = 0x06
const SEQUENCE = 0x30

/** rsaEncryption and its NULL parameter (RFC 8017, appendix A.1). */
const RSA_ALGORITHM = /* @__PURE__ */ new Uint8Array([
  0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01, 0x05, 0x00,
])
const RSA_OID = '2a864886f70d010101'
const OTHER_OIDS: Readonly<Record<string, string>> = {
  '2a8648ce3d0201': 'an EC key',
  '2b6570': 'an Ed25519 key',
  '2a864886f70d01010a': 'an RSA-PSS key',
}

/** GitHub makes keys of 2048 bits; shorter ones are not safe (NIST SP 800-131A). */
export const MIN_BITS = 2048

/**
 * Makes PKCS#8 of a private key's DER, so that WebCrypto takes the PKCS#1 that GitHub hands out.
 *
 * @throws {HubauthError} `KEY_INVALID` when it is cut off, is not RSA, or has less than 2048 bits.
 */
export function toPkcs8(der: Uint8Array): Uint8Array {
  const outer = readDer(der, 0)
  if (outer === undefined || outer.tag !== SEQUENCE || outer.end !== der.length) throw truncated()
  const version = readDer(outer.content, 0)
  if (version?.tag !== INTEGER) throw truncated()
  const second = readDer(outer.content, version.end)
  if (second?.tag === INTEGER) {
    checkModulus(second.content)
    return writeDer(
      SEQUENCE,
      new Uint8Array([INTEGER, 1, 0]),
      writeDer(SEQUENCE, RSA_ALGORITHM),
      writeDer(OCTET_STRING, der),
    )
  }
  if (second?.tag !== SEQUENCE) throw truncated()
  checkAlgorithm(second.content)
  const inner = readDer(outer.content, second.end)
  const pkcs1 = inner?.tag === OCTET_STRING ? readDer(inner.content, 0) : undefined
  const innerVersion = pkcs1 && readDer(pkcs1.content, 0)
  const modulus = pkcs1 && innerVersion && readDer(pkcs1.content, innerVersion.end)
  if (modulus?.tag !== INTEGER) throw truncated()
  checkModulus(modulus.content)
  return der
}

/** The public half of a key that {@link toPkcs8} made, as SubjectPublicKeyInfo (RFC 5280, section 4.1). */
export function publicHalf(pkcs8: Uint8Array): Uint8Array {
  const parts = elements(elements(elements(pkcs8)[0]?.content)[2]?.content)[0]
  const [, modulus, exponent] = elements(parts?.content)
  if (modulus === undefined || exponent === undefined) throw truncated()
  const numbers = writeDer(SEQUENCE, writeDer(INTEGER, modulus.content), writeDer(INTEGER, exponent.content))
  return writeDer(
    SEQUENCE,
    writeDer(SEQUENCE, RSA_ALGORITHM),
    writeDer(BIT_STRING, new Uint8Array([0]), numbers),
  )
}

function elements(bytes: Uint8Array = new Uint8Array()): readonly DerElement[] {
  const found: DerElement[] = []
  for (let next = readDer(bytes, 0); next !== undefined; next = readDer(bytes, next.end)) found.push(next)
  return found
}

function checkAlgorithm(algorithm: Uint8Array): void {
  const identifier = readDer(algorithm, 0)
  if (identifier?.tag !== OBJECT_IDENTIFIER) throw truncated()
  const oid = Array.from(identifier.content, (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (oid === RSA_OID) return
  throw new HubauthError(
    'KEY_INVALID',
    `The private key is ${OTHER_OIDS[oid] ?? 'not an RSA key'}; GitHub Apps sign with RSA.`,
  )
}

function checkModulus(modulus: Uint8Array): void {
  const leadingZeros = modulus.findIndex((byte) => byte !== 0)
  const significant = leadingZeros < 0 ? new Uint8Array() : modulus.subarray(leadingZeros)
  const bits = significant.length === 0 ? 0 : significant.length * 8 - (Math.clz32(significant[0] ?? 0) - 24)
  if (bits < MIN_BITS) {
    throw new HubauthError('KEY_INVALID', `The RSA key has ${bits} bits; at least ${MIN_BITS} are needed.`)
  }
}

function truncated(): HubauthError {
  return new HubauthError('KEY_INVALID', 'The private key is cut off or damaged: its parts do not add up.')
}
