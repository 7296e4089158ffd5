import { execFileSync } from 'node:child_process'
import { createHash, type KeyObject } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startSimulator } from '@hubauth/simulator'
import { rsaKey } from '@hubauth/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { keyFingerprint, keyRing, pemKey, signerKey } from '../../src/index.ts'
import { errorWithCode, rejection } from '../rejection.ts'

/** What GitHub documents, by node:crypto. */
function expected(publicKey: KeyObject): string {
  const der = publicKey.export({ type: 'spki', format: 'der' })
  return `SHA256:${createHash('sha256').update(der).digest('base64')}`
}

/** Whether there is an `openssl` to ask. */
function hasOpenssl(): boolean {
  try {
    return execFileSync('openssl', ['version']).length > 0
  } catch {
    return false
  }
}

describe('keyFingerprint', () => {
  it.each([2048, 3072, 4096] as const)(
    'is the digest of the public key, whatever form a %i-bit key comes in',
    async (bits) => {
      const { pkcs1, pkcs8, publicKey } = rsaKey({ bits })
      for (const pem of [pkcs1, pkcs8, Buffer.from(pkcs1).toString('base64'), pkcs8.replaceAll('\n', '\\n')])
        expect(await keyFingerprint(pemKey(pem))).toBe(expected(publicKey))
      expect(await keyFingerprint(pemKey(() => pkcs1))).toBe(expected(publicKey))
    },
  )

  it('is the same for a key that signs elsewhere, and for a ring of keys', async () => {
    const { pkcs1, publicPem, publicKey } = rsaKey()
    const signs = signerKey({
      store: 'A store',
      keyId: 'k',
      publicKey: publicPem,
      sign: async () => new Uint8Array(),
    })
    expect(await keyFingerprint(signs)).toBe(expected(publicKey))
    expect(await keyFingerprint(keyRing(pemKey(pkcs1), signs))).toBe(expected(publicKey))
  })

  it('is what GitHub shows beside the key', async () => {
    const simulator = await startSimulator({ app: { privateKey: rsaKey().pkcs1 } })
    onTestFinished(() => simulator.close())
    const { privateKey, privateKeyFingerprint } = simulator.app
    expect(await keyFingerprint(pemKey(privateKey))).toBe(privateKeyFingerprint)
  })

  it.skipIf(!hasOpenssl())('is what the command prints that GitHub documents', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hubauth-fingerprint-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const file = join(folder, 'key.pem')
    await writeFile(file, rsaKey().pkcs1, { mode: 0o600 })
    const command =
      'openssl rsa -in "$0" -pubout -outform DER 2>/dev/null | openssl sha256 -binary | openssl base64 -A'
    const digest = execFileSync('sh', ['-c', command, file], { encoding: 'utf8' }).trim()
    expect(await keyFingerprint(pemKey(rsaKey().pkcs8))).toBe(`SHA256:${digest}`)
  })

  it('is the one of the key that signs now', async () => {
    let current = rsaKey()
    const key = pemKey(() => current.pkcs1)
    expect(await keyFingerprint(key)).toBe(expected(current.publicKey))
    current = rsaKey({ label: 'second' })
    await key.sign(new Uint8Array(), { fresh: true })
    expect(await keyFingerprint(key)).toBe(expected(current.publicKey))
  })

  it('is unknown for a key source that does not tell its public key, alone and in a ring', async () => {
    const mute = { sign: async () => new Uint8Array() }
    for (const key of [mute, keyRing(mute), keyRing(mute, pemKey(rsaKey({ label: 'second' }).pkcs1))]) {
      const error = await errorWithCode('KEY_UNAVAILABLE', keyFingerprint(key))
      expect(error.message).toContain('publicKey()')
    }
  })

  it('gives every caller bytes of their own', async () => {
    const key = pemKey(rsaKey().pkcs1)
    const ring = keyRing(key)
    const before = await keyFingerprint(key)
    for (const source of [key, ring]) (await source.publicKey?.())?.fill(0)
    expect(await keyFingerprint(ring)).toBe(before)
  })

  it('rejects with what reading the key throws, and with the reason of a signal', async () => {
    await errorWithCode('KEY_UNAVAILABLE', keyFingerprint(pemKey(() => Promise.reject(new Error('down')))))
    const signal = AbortSignal.abort('enough')
    for (const key of [pemKey(rsaKey().pkcs1), keyRing(pemKey(rsaKey().pkcs1))])
      expect(await rejection(keyFingerprint(key, { signal }))).toBe('enough')
  })
})
