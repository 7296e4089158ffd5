import { createPrivateKey, createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ecKey, ed25519Key, encryptedKey, rsaKey } from '../src/index.ts'

describe('ephemeral keys', () => {
  it('come in the two forms of the same RSA key, 2048 bits unless told otherwise', () => {
    const { pkcs1, pkcs8, publicKey, publicPem } = rsaKey()
    expect(pkcs1).toMatch(/^-----BEGIN RSA PRIVATE KEY-----\n/)
    expect(pkcs8).toMatch(/^-----BEGIN PRIVATE KEY-----\n/)
    expect(publicPem).toMatch(/^-----BEGIN PUBLIC KEY-----\n/)
    expect(createPrivateKey(pkcs1).equals(createPrivateKey(pkcs8))).toBe(true)
    expect(createPublicKey(pkcs1).equals(publicKey)).toBe(true)
    expect(publicKey.asymmetricKeyDetails?.modulusLength).toBe(2_048)
    expect(rsaKey({ bits: 1024 }).publicKey.asymmetricKeyDetails?.modulusLength).toBe(1_024)
  })

  it('are the same for the same label and differ between labels', () => {
    expect(rsaKey()).toBe(rsaKey({ label: 'first', bits: 2048 }))
    expect(rsaKey({ label: 'second' }).pkcs1).not.toBe(rsaKey().pkcs1)
    expect(ecKey()).toBe(ecKey())
  })

  it('come in the kinds that an app cannot use', () => {
    expect(ecKey().sec1).toMatch(/^-----BEGIN EC PRIVATE KEY-----\n/)
    expect(createPrivateKey(ecKey().pkcs8).asymmetricKeyType).toBe('ec')
    expect(createPrivateKey(ed25519Key().pkcs8).asymmetricKeyType).toBe('ed25519')
  })

  it('come behind a passphrase in both forms', () => {
    const { legacy, pkcs8, passphrase } = encryptedKey()
    expect(legacy).toContain('Proc-Type: 4,ENCRYPTED')
    expect(pkcs8).toMatch(/^-----BEGIN ENCRYPTED PRIVATE KEY-----\n/)
    for (const key of [legacy, pkcs8]) {
      expect(() => createPrivateKey(key)).toThrow()
      expect(createPrivateKey({ key, passphrase }).asymmetricKeyType).toBe('rsa')
    }
  })
})
