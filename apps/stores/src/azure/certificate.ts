import { createPrivateKey, generateKeyPairSync, randomBytes, sign } from 'node:crypto'

const SEQUENCE = 0x30
const OID_ECDSA_SHA256 = '06082a8648ce3d040302'
const OID_COMMON_NAME = '0603550403'
const OID_SUBJECT_ALT_NAME = '0603551d11'
const DAY_MS = 86_400_000

/** A key and a certificate for it, as PEM. */
export interface SelfSigned {
  readonly key: string
  readonly cert: string
}

/** A self-signed certificate for DNS names and 127.0.0.1, valid for two days (RFC 5280). */
export function selfSigned(names: readonly string[]): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })
  const algorithm = der(SEQUENCE, hex(OID_ECDSA_SHA256))
  const name = der(SEQUENCE, der(0x31, der(SEQUENCE, hex(OID_COMMON_NAME), der(0x0c, Buffer.from('stores')))))
  const alternatives = der(
    SEQUENCE,
    ...names.map((dns) => der(0x82, Buffer.from(dns))),
    der(0x87, Buffer.from([127, 0, 0, 1])),
  )
  const extension = der(SEQUENCE, hex(OID_SUBJECT_ALT_NAME), der(0x04, alternatives))
  const serial = der(0x02, Buffer.concat([Buffer.from([1]), randomBytes(8)]))
  const toBeSigned = der(
    SEQUENCE,
    der(0xa0, der(0x02, Buffer.from([2]))),
    serial,
    algorithm,
    name,
    der(SEQUENCE, time(Date.now() - DAY_MS), time(Date.now() + DAY_MS)),
    name,
    publicKey,
    der(0xa3, der(SEQUENCE, extension)),
  )
  const signature = sign('sha256', toBeSigned, createPrivateKey(privateKey))
  const certificate = der(SEQUENCE, toBeSigned, algorithm, der(0x03, Buffer.from([0]), signature))
  return { key: privateKey, cert: pem('CERTIFICATE', certificate) }
}

function der(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents)
  const { length } = content
  const size = length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

function hex(text: string): Buffer {
  return Buffer.from(text, 'hex')
}

/** UTCTime: YYMMDDHHMMSSZ. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\D/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${digits}Z`))
}

function pem(label: string, content: Buffer): string {
  const lines = content.toString('base64').match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
