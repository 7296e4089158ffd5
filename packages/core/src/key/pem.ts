import { HubauthError } from '../errors.ts'
import { toPkcs8 } from './pkcs8.ts'

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----([\s\S]*?)-----END \1-----/
/** Padding is left out of account: `atob` does without, and it is the first thing that gets lost. */
const BASE64 = /^[A-Za-z0-9+/]+$/
/** A PEM has 2 to 13 KiB; in longer text, the search for one would hold up everything else. */
const MAX_CHARACTERS = 65_536

const CONVERT = 'Decrypt it once with: openssl pkey -in encrypted.pem -out key.pem'

/** What to say of a PEM that is no RSA private key, by its label. */
const WRONG_LABELS: Readonly<Record<string, { readonly what: string; readonly remedy?: string }>> = {
  'ENCRYPTED PRIVATE KEY': { what: 'The private key is encrypted with a passphrase.', remedy: CONVERT },
  'EC PRIVATE KEY': { what: 'The private key is an EC key; GitHub Apps sign with RSA.' },
  'OPENSSH PRIVATE KEY': { what: 'The private key is an SSH key.' },
  'PUBLIC KEY': { what: 'This is a public key; the private key is needed.' },
  'RSA PUBLIC KEY': { what: 'This is a public key; the private key is needed.' },
  CERTIFICATE: { what: 'This is a certificate; the private key is needed.' },
}

/**
 * Reads an RSA private key from a PEM: PKCS#1 as GitHub hands it out, or PKCS#8; also as environment files and
 * secret stores mangle it: with literal `\n`, in quotes, on one line, or as base64 of the whole PEM.
 *
 * @returns PKCS#8 DER.
 * @throws {HubauthError} `KEY_INVALID`, which says what it is instead and never quotes it.
 */
export function readPrivateKey(text: string): Uint8Array {
  const pem = unwrap(text)
  const block = BLOCK.exec(pem)
  const label = block?.[1]
  const content = block?.[2]
  if (label === undefined || content === undefined) throw noBlock(pem)
  if (content.includes('ENCRYPTED')) throw wrongLabel('ENCRYPTED PRIVATE KEY')
  if (label !== 'RSA PRIVATE KEY' && label !== 'PRIVATE KEY') throw wrongLabel(label)
  const base64 = withoutPadding(content)
  if (!BASE64.test(base64) || base64.length % 4 === 1) {
    throw new HubauthError(
      'KEY_INVALID',
      'The private key contains something that is not base64, or is cut off.',
    )
  }
  return toPkcs8(fromBase64(base64))
}

/** Reads a public key from a PEM: SubjectPublicKeyInfo, which starts with `BEGIN PUBLIC KEY`. @throws {HubauthError} `KEY_INVALID`. */
export function readPublicPem(text: string): Uint8Array {
  const [, label, content = ''] = BLOCK.exec(unwrap(text)) ?? []
  const base64 = withoutPadding(content)
  if (label === 'PUBLIC KEY' && BASE64.test(base64) && base64.length % 4 !== 1) return fromBase64(base64)
  throw new HubauthError('KEY_INVALID', 'The public key is not a PEM with a PUBLIC KEY.', {
    remedy: 'Make one with: openssl pkey -in key.pem -pubout',
  })
}

function unwrap(text: string): string {
  if (text.length > MAX_CHARACTERS)
    throw new HubauthError('KEY_INVALID', `Text of ${text.length} characters is no key.`)
  const unquoted = text.trim().replace(/^(['"`])([\s\S]*)\1$/, '$2')
  const pem = unquoted.replace(/\\r/g, '').replace(/\\n/g, '\n').trim()
  const base64 = withoutPadding(pem)
  if (pem.includes('-----') || !BASE64.test(base64) || base64.length % 4 === 1) return pem
  const decoded = new TextDecoder('latin1').decode(fromBase64(base64))
  return decoded.includes('-----BEGIN') ? decoded.replace(/\\n/g, '\n') : pem
}

function withoutPadding(base64: string): string {
  return base64.replace(/\s+/g, '').replace(/={1,4}$/, '')
}

function noBlock(pem: string): HubauthError {
  if (pem === '') return new HubauthError('KEY_INVALID', 'The private key is empty.')
  if (pem.includes('-----BEGIN')) {
    return new HubauthError(
      'KEY_INVALID',
      'The private key is cut off: it has a BEGIN line without its END line.',
      {
        remedy: 'Quote it in environment files (a line break ends an unquoted value), or keep it in a file.',
      },
    )
  }
  const isPath = pem.length < 300 && /^[^\s]+\.(pem|key|der|txt)$/i.test(pem)
  return isPath
    ? new HubauthError('KEY_INVALID', 'The private key looks like the path of a file.', {
        remedy: 'Use fileKey(path) of @hubauth/node.',
      })
    : new HubauthError('KEY_INVALID', 'The private key is not a PEM: it has no -----BEGIN line.')
}

function wrongLabel(label: string): HubauthError {
  const wrong = WRONG_LABELS[label] ?? { what: 'The PEM holds no RSA private key.' }
  return new HubauthError(
    'KEY_INVALID',
    wrong.what,
    wrong.remedy === undefined ? {} : { remedy: wrong.remedy },
  )
}

function fromBase64(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
