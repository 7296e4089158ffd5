import { createWebhookReceiver, pemKey } from '@hubauth/core'
import type { VaultStores } from '@hubauth/stores/vault'
import { describeKeySource, ecKey, rsaKey, signedDelivery } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { vaultSecret } from '../src/index.ts'
import { appRoleClient, failure, PATH, startVault } from './start-vault.ts'

const INPUT = new TextEncoder().encode('header.claims')
const quietly = { onProblem: () => undefined, minRereadIntervalMs: 0 }

async function storedKey(pem: string = rsaKey().pkcs1) {
  const vault = await startVault()
  vault.keyValue.put(PATH, { private_key: pem, webhook_secret: 'It is a secret to everybody' })
  const secret = vaultSecret({ client: appRoleClient(vault), path: PATH })
  return { vault, secret, key: pemKey(secret.field('private_key'), quietly) }
}

/** Every store answers this way until it is asked for something else. */
async function readFailure(vault: VaultStores, options: Partial<Parameters<typeof vaultSecret>[0]> = {}) {
  const secret = vaultSecret({ client: appRoleClient(vault), path: PATH, ...options })
  return failure(secret.field('private_key').read(), [rsaKey().pkcs1])
}

describeKeySource('a PEM in KV version 2', async () => {
  const { vault, key } = await storedKey()
  return {
    source: key,
    publicKey: rsaKey().publicKey,
    rotate: async () => {
      const { pkcs1, publicKey } = rsaKey({ label: 'second' })
      vault.keyValue.put(PATH, { private_key: pkcs1 })
      return publicKey
    },
  }
})

describe('a secret in KV version 2', () => {
  it('is read by field, at its path below data/', async () => {
    const { vault, secret } = await storedKey()
    expect(await secret.field('webhook_secret').read()).toBe('It is a secret to everybody')
    expect(vault.calls).toEqual(['POST /v1/auth/approle/login', 'GET /v1/secret/data/github/acme'])
  })

  it('is the latest version, or the one that is pinned', async () => {
    const vault = await startVault()
    vault.keyValue.put(PATH, { word: 'first' })
    vault.keyValue.put(PATH, { word: 'second' })
    const client = appRoleClient(vault)
    expect(await vaultSecret({ client, path: PATH }).field('word').read()).toBe('second')
    expect(await vaultSecret({ client, path: PATH, version: 1 }).field('word').read()).toBe('first')
    expect(vault.requests.at(-1)?.path).toBe('secret/data/github/acme?version=1')
  })

  it('keeps the characters of its path apart from those of the address', async () => {
    const vault = await startVault()
    vault.keyValue.put('github/a c?version=9#1', { word: 'odd' })
    const secret = vaultSecret({ client: appRoleClient(vault), path: '/github/a c?version=9#1/' })
    expect(await secret.field('word').read()).toBe('odd')
  })

  it('may be a PEM as base64, or as a list of lines', async () => {
    const { pkcs1, publicKey } = rsaKey()
    const vault = await startVault()
    vault.keyValue.put(PATH, { base64: Buffer.from(pkcs1).toString('base64'), lines: pkcs1.split('\n') })
    const secret = vaultSecret({ client: appRoleClient(vault), path: PATH })
    const spki = publicKey.export({ type: 'spki', format: 'der' })
    for (const field of ['base64', 'lines'])
      expect(Buffer.from((await pemKey(secret.field(field)).publicKey?.()) ?? [])).toEqual(spki)
  })

  it('gives a webhook receiver its secret', async () => {
    const { secret } = await storedKey()
    const receiver = createWebhookReceiver({ secrets: secret.field('webhook_secret') })
    const heard: string[] = []
    receiver.on('ping', ({ id }) => void heard.push(id))
    const delivery = signedDelivery({ secret: 'It is a secret to everybody', event: 'ping' })
    const { method, headers, body } = delivery
    const request = { method, header: (name: string) => headers[name], body: async () => body }
    expect((await receiver.receive(request)).status).toBe(200)
    expect(heard).toHaveLength(1)
  })

  it('is not read when no field was named, and the error says how to name one', async () => {
    const { vault, secret } = await storedKey()
    const error = await failure(pemKey(secret).sign(INPUT), [rsaKey().pkcs1])
    expect(error).toMatchObject({
      code: 'STORE_FIELD_MISSING',
      details: { store: 'Vault', secretId: 'secret/github/acme' },
      message: expect.stringContaining(".field('private_key')"),
    })
    expect(vault.calls).toEqual([])
  })
})

describe('what can be wrong with a secret in KV version 2', () => {
  const place = { store: 'Vault', secretId: 'secret/github/acme', field: 'private_key' }

  it('is a Vault that is down, and the error has the code of the system', async () => {
    const { vault } = await storedKey()
    vault.fault = 'down'
    const error = await readFailure(vault)
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', details: place })
    expect(error.message).toContain('secret/github/acme')
    expect(error.message).toMatch(/\((?:UND_ERR_SOCKET|ECONNRESET|EPIPE)\)/)
  })

  it('is a Vault that says nothing for as long as it may take', async () => {
    const { vault } = await storedKey()
    vault.fault = 'silent'
    expect(await readFailure(vault, { timeoutMs: 20 })).toMatchObject({
      code: 'STORE_TIMEOUT',
      details: place,
    })
  })

  it('is an answer that is not of Vault, which is not quoted', async () => {
    const { vault, secret } = await storedKey()
    await secret.field('private_key').read()
    vault.fault = 'garbage'
    const error = await failure(secret.field('private_key').read(), ['It is a secret to everybody'])
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', details: place })
    expect(error.message).toContain('UNREADABLE')
  })

  it.each([
    ['denied', 'STORE_ACCESS_DENIED', 'HTTP_403'],
    ['throttled', 'STORE_THROTTLED', 'HTTP_429'],
  ] as const)('is a call that is %s', async (fault, code, name) => {
    const { vault } = await storedKey()
    vault.fault = fault
    const error = await readFailure(vault)
    expect(error).toMatchObject({ code, details: place, message: expect.stringContaining(`(${name})`) })
  })

  it('is a Vault that is sealed', async () => {
    const { vault } = await storedKey()
    vault.isSealed = true
    const error = await readFailure(vault)
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', details: place })
    expect(error.message).toContain('SEALED')
  })

  it('is a policy that does not have its path', async () => {
    const vault = await startVault()
    vault.keyValue.put('other/acme', { private_key: rsaKey().pkcs1 })
    const error = await readFailure(vault, { path: 'other/acme' })
    expect(error).toMatchObject({ code: 'STORE_ACCESS_DENIED', details: { secretId: 'secret/other/acme' } })
  })

  it('is a secret, a version or a mount that is not there', async () => {
    const { vault } = await storedKey()
    vault.writePolicy('github', { '*': ['read'] })
    const missing = [{ path: 'github/none' }, { version: 7 }, { mount: 'kv' }]
    for (const options of missing) expect((await readFailure(vault, options)).code).toBe('STORE_NOT_FOUND')
    expect((await readFailure(vault, { version: 7 })).message).toContain('secret/github/acme version 7')
  })

  it('is a version that is deleted or destroyed, which the error says', async () => {
    const { vault } = await storedKey()
    vault.keyValue.delete(PATH, 1)
    const deleted = await readFailure(vault)
    expect(deleted).toMatchObject({ code: 'STORE_NOT_FOUND', details: place })
    expect(deleted.message).toContain('VERSION_DELETED')
    vault.keyValue.destroy(PATH, 1)
    expect((await readFailure(vault)).message).toContain('VERSION_DESTROYED')
  })

  it('is a field that is not there or no text', async () => {
    const { vault, secret } = await storedKey()
    expect(await failure(secret.field('none').read(), [rsaKey().pkcs1])).toMatchObject({
      code: 'STORE_FIELD_MISSING',
      details: { ...place, field: 'none' },
    })
    vault.keyValue.put(PATH, { private_key: 7 })
    expect((await readFailure(vault)).code).toBe('STORE_FIELD_MISSING')
  })

  it.each([
    ['no PEM at all', () => 'not a key'],
    ['an EC key', () => ecKey().pkcs8],
    ['a key of 1024 bits', () => rsaKey({ bits: 1024 }).pkcs1],
    ['a key that is cut off', () => rsaKey().pkcs1.slice(0, 300)],
  ])('is %s, and the error says where it is kept', async (_what, pem) => {
    const { key } = await storedKey(pem())
    const error = await failure(key.sign(INPUT), [pem(), 'not a key'])
    expect(error).toMatchObject({ code: 'KEY_INVALID', details: place })
    expect(error.message).toContain('the field private_key of secret/github/acme')
  })

  it('is something that is known before Vault is asked', async () => {
    const vault = await startVault()
    const client = appRoleClient(vault)
    for (const path of ['', '/', 'github//acme', '../sys/seal', 'github/./acme'])
      expect(() => vaultSecret({ client, path })).toThrow(/^path: expected a path/)
    for (const version of [0, -1, 1.5, Number.NaN])
      expect(() => vaultSecret({ client, path: PATH, version })).toThrow(/^version:/)
    // Which of the two depends on where the key has its slashes.
    expect(() => vaultSecret({ client, path: rsaKey().pkcs1 })).toThrow(
      /^(secretId: expected a name, not what it holds|path: expected a path in Vault, such as github\/acme)\.$/,
    )
    expect(() => vaultSecret({ path: PATH } as never)).toThrow(/^client: expected vaultClient/)
  })
})

describe('a key in KV version 2 that was read once', () => {
  it('signs on while Vault is down, also when it is to be re-read, and then follows Vault again', async () => {
    const { vault, key } = await storedKey()
    const before = await key.sign(INPUT)
    vault.fault = 'down'
    expect(await key.sign(INPUT, { fresh: true })).toEqual(before)
    vault.fault = undefined
    vault.keyValue.put(PATH, { private_key: rsaKey({ label: 'second' }).pkcs1 })
    const next = new TextEncoder().encode('header.next')
    const old = await key.sign(next)
    expect(await key.sign(next, { fresh: true })).not.toEqual(old)
  })

  it('does not wait for Vault when the signal aborts', async () => {
    const { vault, secret } = await storedKey()
    vault.fault = 'silent'
    const stop = new AbortController()
    const reading = secret.field('private_key').read({ signal: stop.signal })
    stop.abort(new Error('enough'))
    await expect(reading).rejects.toThrow('enough')
  })

  it('is not read more than once for all who ask at the same time', async () => {
    const { vault, secret } = await storedKey()
    await Promise.all(Array.from({ length: 9 }, () => secret.field('private_key').read()))
    expect(vault.calls).toHaveLength(2)
  })
})
