import { setImmediate } from 'node:timers/promises'
import { keyFingerprint, pemKey } from '@hubauth/core'
import { describeKeySource, ecKey, rsaKey } from '@hubauth/testing'
import { describe, expect, it, vi } from 'vitest'
import { azureKey } from '../src/index.ts'
import { input, signatureOf, withKey } from './app-vault.ts'
import { expectFailure, startAzure } from './start-azure.ts'

const SECOND = { label: 'second' }
const PAST = new Date('2001-01-01')

for (const hsm of [false, true]) {
  describeKeySource(hsm ? 'a key in a managed HSM' : 'a key in Azure Key Vault', async () => {
    const { keys, keyClient, hsmClient } = await startAzure()
    keys.import('app', rsaKey().pkcs1, { hsm })
    return {
      source: azureKey({ client: hsm ? hsmClient : keyClient, name: 'app' }),
      publicKey: rsaKey().publicKey,
      rotate: async () => {
        keys.import('app', rsaKey(SECOND).pkcs1, { hsm })
        return rsaKey(SECOND).publicKey
      },
    }
  })
}

describe('what the vault hears', () => {
  it('is one call for each signature, RS256 by the version whose public half was read', async () => {
    const { vault, key, version, heard } = await withKey()
    await key.sign(input)
    const sign = { operation: 'sign', name: 'app', version, alg: 'RS256' }
    // The client reads the version once more, for itself.
    expect(heard).toEqual([
      { operation: 'get key', name: 'app', version: '' },
      { operation: 'get key', name: 'app', version },
      sign,
    ])
    const calls = vault.calls.length
    await key.sign(input)
    await key.sign(input)
    expect(heard.slice(3)).toEqual([sign, sign])
    expect(vault.calls).toHaveLength(calls + 2)
  })

  it('is as little when many ask at once', async () => {
    const { key, heard } = await withKey()
    await Promise.all(Array.from({ length: 20 }, () => key.sign(input)))
    expect(heard.filter(({ operation }) => operation === 'get key')).toHaveLength(2)
    expect(heard).toHaveLength(22)
  })

  it('is one call for the fingerprint', async () => {
    const { key, heard } = await withKey()
    expect(await keyFingerprint(key)).toBe(await keyFingerprint(pemKey(rsaKey().pkcs1)))
    expect(heard).toEqual([{ operation: 'get key', name: 'app', version: '' }])
  })
})

describe('versions of a key', () => {
  it('stay as they are until a signature is refused', async () => {
    const { keys, key } = await withKey()
    await key.sign(input)
    keys.import('app', rsaKey(SECOND).pkcs1)
    expect(await key.sign(input)).toEqual(await signatureOf(rsaKey().pkcs1))
    expect(await key.sign(input, { fresh: true })).toEqual(await signatureOf(rsaKey(SECOND).pkcs1))
  })

  it('are pinned by their ID, also when there is another', async () => {
    const vault = await startAzure()
    const version = vault.keys.import('app', rsaKey().pkcs1)
    vault.keys.import('app', rsaKey(SECOND).pkcs1)
    const key = azureKey({ client: vault.keyClient, name: 'app', version })
    for (const fresh of [false, true])
      expect(await key.sign(input, { fresh })).toEqual(await signatureOf(rsaKey().pkcs1))
    expect(new Set(vault.heard.map((call) => call.version))).toEqual(new Set([version]))
  })

  it.each([
    ['is disabled', { enabled: false }],
    ['has expired', { expiresOn: PAST }],
  ])('give way to the latest when the one that signs %s', async (_, state) => {
    const { keys, key, version } = await withKey()
    await key.sign(input)
    keys.import('app', rsaKey(SECOND).pkcs1)
    keys.update('app', state, version)
    expect(await key.sign(input)).toEqual(await signatureOf(rsaKey(SECOND).pkcs1))
    expect(await key.sign(input)).toEqual(await signatureOf(rsaKey(SECOND).pkcs1))
  })

  it('give way to what has their name when they are gone', async () => {
    const { keys, key } = await withKey()
    await key.sign(input)
    keys.remove('app')
    keys.import('app', rsaKey(SECOND).pkcs1)
    expect(await key.sign(input)).toEqual(await signatureOf(rsaKey(SECOND).pkcs1))
  })

  it('sign again when their dates were moved, although the client remembers the old ones', async () => {
    const { keys, keyClient, version } = await withKey()
    const soon = new Date(Date.now() + 60_000)
    keys.update('app', { expiresOn: soon })
    const key = azureKey({ client: keyClient, name: 'app' })
    await key.sign(input)
    keys.update('app', { expiresOn: new Date(soon.getTime() + 600_000) }, version)
    vi.useFakeTimers({ toFake: ['Date'], now: soon.getTime() + 1_000 })
    try {
      expect(await key.sign(input)).toEqual(await signatureOf(rsaKey().pkcs1))
    } finally {
      vi.useRealTimers()
    }
  })

  it('go on signing when the latest cannot, which is reported', async () => {
    const { keys, key, onProblem } = await withKey()
    await key.sign(input)
    keys.import('app', ecKey().pkcs8)
    expect(await key.sign(input, { fresh: true })).toEqual(await signatureOf(rsaKey().pkcs1))
    await setImmediate()
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'KEY_INVALID' }))
  })
})

describe('a key that is asked while the vault is down', () => {
  it('signs with the known version as soon as the vault is back, and with the new one when refused', async () => {
    const { vault, keys, key, onProblem } = await withKey()
    await key.sign(input)
    vault.fault = 'down'
    await expectFailure(key.sign(input, { fresh: true }), { code: 'STORE_UNAVAILABLE', secretId: 'app' })
    await setImmediate()
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ code: 'STORE_UNAVAILABLE' }))
    vault.fault = undefined
    expect(await key.sign(input)).toEqual(await signatureOf(rsaKey().pkcs1))
    keys.import('app', rsaKey(SECOND).pkcs1)
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 1_000 })
    try {
      expect(await key.sign(input, { fresh: true })).toEqual(await signatureOf(rsaKey(SECOND).pkcs1))
    } finally {
      vi.useRealTimers()
    }
  })

  it('is no longer waited for when the signal aborts', async () => {
    const { vault, key } = await withKey()
    vault.fault = 'silent'
    const controller = new AbortController()
    const reason = new Error('enough')
    const signing = key.sign(input, { signal: controller.signal })
    controller.abort(reason)
    await expect(signing).rejects.toBe(reason)
  })
})
