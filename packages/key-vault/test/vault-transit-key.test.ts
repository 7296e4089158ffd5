import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { describeKeySource, ecKey, listen, rsaKey } from '@hubauth/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { vaultClient, vaultToken, vaultTransitKey } from '../src/index.ts'
import { appRoleClient, failure, startVault } from './start-vault.ts'

const INPUT = new TextEncoder().encode('header.claims')
const quietly = { onProblem: () => undefined }
const isBy = (key: KeyObject, signature: Uint8Array) => verify('RSA-SHA256', INPUT, key, signature)

async function transitKey(options: Partial<Parameters<typeof vaultTransitKey>[0]> = {}) {
  const vault = await startVault()
  const publicKey = vault.transit.import('acme', rsaKey().pkcs1)
  const key = vaultTransitKey({ client: appRoleClient(vault), name: 'acme', ...quietly, ...options })
  return { vault, key, publicKey }
}

describeKeySource('a key of Transit', async () => {
  const { vault, key, publicKey } = await transitKey()
  return {
    source: key,
    publicKey,
    rotate: async () => vault.transit.rotate('acme', rsaKey({ label: 'second' }).pkcs1),
  }
})

describe('a key of Transit', () => {
  it('is sent the bytes themselves, with the algorithm that GitHub wants', async () => {
    const { vault, key } = await transitKey()
    await key.sign(INPUT)
    expect(vault.calls).toEqual([
      'POST /v1/auth/approle/login',
      'GET /v1/transit/keys/acme',
      'POST /v1/transit/sign/acme/sha2-256',
    ])
    expect(vault.requests.at(-1)?.data).toEqual({
      input: Buffer.from(INPUT).toString('base64'),
      signature_algorithm: 'pkcs1v15',
    })
  })

  it('tells its public key without signing', async () => {
    const { vault, key, publicKey } = await transitKey()
    const spki = Buffer.from((await key.publicKey?.()) ?? [])
    expect(createPublicKey({ key: spki, type: 'spki', format: 'der' }).equals(publicKey)).toBe(true)
    expect(vault.calls.some((call) => call.includes('/sign/'))).toBe(false)
  })

  it('is followed when it is rotated, without being asked to', async () => {
    const { vault, key, publicKey } = await transitKey()
    expect(isBy(publicKey, await key.sign(INPUT))).toBe(true)
    const rotated = vault.transit.rotate('acme', rsaKey({ label: 'second' }).pkcs1)
    expect(isBy(rotated, await key.sign(INPUT))).toBe(true)
  })

  it('stays at the version that is pinned', async () => {
    const { vault, key, publicKey } = await transitKey({ version: 1 })
    vault.transit.rotate('acme')
    expect(isBy(publicKey, await key.sign(INPUT, { fresh: true }))).toBe(true)
    expect(vault.requests.at(-1)?.data).toMatchObject({ key_version: 1 })
  })

  it('signs on while its public key cannot be read again, and reports that', async () => {
    const onProblem = vi.fn()
    const { vault, key, publicKey } = await transitKey({ onProblem })
    await key.sign(INPUT)
    vault.writePolicy('github', { 'transit/sign/acme/sha2-256': ['update'] })
    expect(isBy(publicKey, await key.sign(INPUT, { fresh: true }))).toBe(true)
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'STORE_ACCESS_DENIED' }),
    )
  })

  it('does not wait for Vault when the signal aborts', async () => {
    const { vault, key } = await transitKey()
    vault.fault = 'silent'
    const stop = new AbortController()
    const signing = key.sign(INPUT, { signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(signing).rejects.toThrow('enough')
  })
})

describe('what can be wrong with a key of Transit', () => {
  const details = { store: 'Vault Transit', secretId: 'transit/acme' }

  it.each([
    ['down', 'STORE_UNAVAILABLE'],
    ['silent', 'STORE_TIMEOUT'],
    ['garbage', 'STORE_UNAVAILABLE'],
    ['denied', 'STORE_ACCESS_DENIED'],
    ['throttled', 'STORE_THROTTLED'],
  ] as const)('is a Vault that is %s', async (fault, code) => {
    const { vault, key } = await transitKey({ timeoutMs: fault === 'silent' ? 20 : 5_000 })
    vault.fault = fault
    const error = await failure(key.sign(INPUT))
    expect(error).toMatchObject({ code, details })
    expect(error.message).toContain('transit/acme')
  })

  it.each([
    ['down', 'STORE_UNAVAILABLE'],
    ['garbage', 'STORE_UNAVAILABLE'],
    ['denied', 'STORE_ACCESS_DENIED'],
    ['throttled', 'STORE_THROTTLED'],
  ] as const)('is a Vault that is %s when it is to sign', async (fault, code) => {
    const { vault, key } = await transitKey()
    vault.keyValue.put('github/acme', { private_key: rsaKey().pkcs1 })
    await key.sign(INPUT)
    vault.fault = fault
    expect(await failure(key.sign(INPUT), [rsaKey().pkcs1])).toMatchObject({ code, details })
  })

  it('is a key, a mount or a version that is not there', async () => {
    const { vault } = await transitKey()
    vault.writePolicy('github', { '*': ['read', 'update'] })
    const client = appRoleClient(vault)
    for (const place of [{ name: 'none' }, { name: 'acme', mount: 'kms' }, { name: 'acme', version: 2 }])
      expect((await failure(vaultTransitKey({ client, ...place }).sign(INPUT))).code).toBe('STORE_NOT_FOUND')
    const error = await failure(vaultTransitKey({ client, name: 'acme', version: 2 }).sign(INPUT))
    expect(error.details).toEqual({ ...details, secretId: 'transit/acme version 2' })
  })

  it('is a key that was deleted since its public key was read', async () => {
    const { vault, key } = await transitKey()
    await key.sign(INPUT)
    vault.transit.delete('acme')
    expect(await failure(key.sign(INPUT))).toMatchObject({ code: 'STORE_NOT_FOUND', details })
  })

  it('is a version that may not sign any more, or is archived', async () => {
    const { vault, key } = await transitKey({ version: 1 })
    vault.transit.rotate('acme')
    vault.transit.configure('acme', { minEncryptionVersion: 2 })
    expect(await failure(key.sign(INPUT))).toMatchObject({
      code: 'KEY_INVALID',
      message: expect.stringContaining('Vault Transit cannot sign with transit/acme version 1'),
      cause: { message: expect.stringContaining('less than the minimum encryption key version') },
    })
    vault.transit.configure('acme', { minDecryptionVersion: 2 })
    const again = vaultTransitKey({ client: appRoleClient(vault), name: 'acme', version: 1 })
    expect((await failure(again.sign(INPUT))).message).toContain('VERSION_MISSING')
  })

  it.each(['ed25519', 'ecdsa-p256', 'aes256-gcm96'] as const)('is a key of type %s', async (type) => {
    const { vault, key } = await transitKey()
    if (type === 'aes256-gcm96') vault.transit.createSymmetric('acme')
    else vault.transit.create('acme', type)
    expect(await failure(key.sign(INPUT))).toMatchObject({
      code: 'KEY_INVALID',
      details,
      cause: { message: expect.stringContaining(`Its type is ${type}`) },
    })
    expect(vault.calls.some((call) => call.includes('/sign/'))).toBe(false)
  })

  it.each([
    ['1024 bits', () => rsaKey({ bits: 1024 }).publicKey, '1024 bits'],
    ['no RSA', () => ecKey().publicKey, 'no RSA key'],
  ])('is a public key of %s, whatever Vault calls it', async (_what, publicKey, message) => {
    const pem = publicKey().export({ type: 'spki', format: 'pem' })
    const data = { type: 'rsa-2048', latest_version: 1, keys: { 1: { public_key: pem } } }
    const odd = await listen((_request, response) => response.end(JSON.stringify({ data })))
    onTestFinished(() => odd.close())
    const client = vaultClient({ address: odd.url, login: vaultToken('t') })
    const error = await failure(vaultTransitKey({ client, name: 'acme' }).sign(INPUT))
    expect(error).toMatchObject({ code: 'KEY_INVALID', details, message: expect.stringContaining(message) })
  })

  it('is something that is known before Vault is asked', async () => {
    const { vault } = await transitKey()
    const client = appRoleClient(vault)
    expect(() => vaultTransitKey({ client, name: '' })).toThrow(/^name: expected a path/)
    expect(() => vaultTransitKey({ client, name: 'acme', version: 0 })).toThrow(/^version:/)
    expect(() => vaultTransitKey({ client: {} as never, name: 'acme' })).toThrow(
      /^client: expected vaultClient/,
    )
  })
})
