import { ecKey, ed25519Key, encryptedKey, rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { readPrivateKey } from '../../src/key/pem.ts'
import { thrown } from '../rejection.ts'

const { pkcs1, pkcs8, publicPem } = rsaKey()

/** A PEM of that label around bytes that are none of our business. */
function pemOf(label: string, base64 = 'MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKC'): string {
  return `-----BEGIN ${label}-----\n${base64}\n-----END ${label}-----\n`
}

/** The same PEM with its base64 changed. */
function withBase64(pem: string, change: (base64: string) => string): string {
  const lines = pem.trim().split('\n')
  return [lines[0], change(lines.slice(1, -1).join('')), lines.at(-1)].join('\n')
}

describe('readPrivateKey refuses', () => {
  it.each([
    ['an EC key (SEC1)', ecKey().sec1, /EC key.*RSA/],
    ['an EC key (PKCS#8)', ecKey().pkcs8, /EC key.*RSA/],
    ['an Ed25519 key', ed25519Key().pkcs8, /Ed25519.*RSA/],
    ['an encrypted PKCS#1 key', encryptedKey().legacy, /encrypted.*openssl pkey/],
    ['an encrypted PKCS#8 key', encryptedKey().pkcs8, /encrypted.*openssl pkey/],
    ['a 1024-bit PKCS#1 key', rsaKey({ bits: 1024 }).pkcs1, /1024 bits.*2048/],
    ['a 1024-bit PKCS#8 key', rsaKey({ bits: 1024 }).pkcs8, /1024 bits.*2048/],
    ['a public key', publicPem, /public key.*private/],
    ['a PKCS#1 public key', pemOf('RSA PUBLIC KEY'), /public key.*private/],
    ['a certificate', pemOf('CERTIFICATE'), /certificate.*private/],
    ['an SSH key', pemOf('OPENSSH PRIVATE KEY'), /SSH key/],
    ['the public line of an SSH key', 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQ octo@cat', /not a PEM/],
    ['some other PEM', pemOf('DH PARAMETERS'), /no RSA private key/],
    ['nothing', '', /empty/],
    ['blanks', ' \n\t ', /empty/],
    ['quotes around nothing', '""', /empty/],
    ['the path of a file', '/etc/keys/octo-app.private-key.pem', /path.*fileKey/],
    ['a relative path', 'octo-app.pem', /path.*fileKey/],
    ['only the first line, as an unquoted .env value has it', '-----BEGIN RSA PRIVATE KEY-----', /END line/],
    ['a PEM with nothing in it', pemOf('RSA PRIVATE KEY', ''), /base64|cut off/],
    ['a PEM with something else in it', pemOf('RSA PRIVATE KEY', 'not base64, is it?'), /not base64/],
    ['a PEM of some other DER', pemOf('PRIVATE KEY', 'MAMCAQA='), /cut off or damaged/],
  ])('%s, and says what it is instead', (_, text, message) => {
    const error = thrown(() => readPrivateKey(text))
    expect(error.code).toBe('KEY_INVALID')
    expect(error.message).toMatch(message)
  })

  it.each([
    ['PKCS#1', pkcs1],
    ['PKCS#8', pkcs8],
  ])('%s text that ends anywhere before its end', (_, text) => {
    for (let length = 0; length < text.trim().length; length += 50) {
      expect(thrown(() => readPrivateKey(text.slice(0, length))).code).toBe('KEY_INVALID')
    }
  })

  it.each([
    ['PKCS#1', pkcs1],
    ['PKCS#8', pkcs8],
  ])('%s bytes that end anywhere before their end, between complete BEGIN and END lines', (_, text) => {
    const total = withBase64(text, (base64) => base64).length
    for (let length = 0; length < total - 80; length += 50) {
      const cut = withBase64(text, (base64) => base64.slice(0, length))
      expect(thrown(() => readPrivateKey(cut)).code).toBe('KEY_INVALID')
    }
  })

  it('a PEM that lost a character, wherever the padding ends up', () => {
    for (const base64 of ['MIIEvgIBADANBg=', 'MIIEvgIBADANBgk==', 'MIIEvgIBADANB=', 'MIIEvgIBADAN=']) {
      expect(thrown(() => readPrivateKey(pemOf('PRIVATE KEY', base64))).code).toBe('KEY_INVALID')
    }
  })

  it('text that only looks like base64', () => {
    for (const text of ['secret=', 'hunter2', 'AAAA', 'AAAAA==', 'correct+horse=']) {
      expect(thrown(() => readPrivateKey(text)).code).toBe('KEY_INVALID')
    }
  })
})
