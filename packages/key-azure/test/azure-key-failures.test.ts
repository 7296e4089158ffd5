import { KeyClient } from '@azure/keyvault-keys'
import type { KeySource } from '@hubauth/core'
import { ecKey, rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { type AzureKeyClient, azureKey } from '../src/index.ts'
import { input, signatureOf, withKey } from './app-vault.ts'
import { expectFailure, startAzure } from './start-azure.ts'

const PAST = new Date('2001-01-01')

/** Fails before the key was ever read, and after it has signed. */
async function expectBoth(
  { key, client, fail }: { key: KeySource; client: KeyClient; fail: () => void },
  expected: Parameters<typeof expectFailure>[1],
) {
  await key.sign(input)
  fail()
  await expectFailure(key.sign(input), expected)
  await expectFailure(azureKey({ client, name: 'app' }).sign(input), expected)
}

describe('a key that cannot sign', () => {
  it.each([
    ['down', 'STORE_UNAVAILABLE'],
    ['garbage', 'STORE_UNAVAILABLE'],
    ['denied', 'STORE_ACCESS_DENIED'],
    ['throttled', 'STORE_THROTTLED'],
  ] as const)('is told from a vault that is %s', async (fault, code) => {
    const { vault, key, keyClient } = await withKey()
    const fail = () => {
      vault.fault = fault
    }
    await expectBoth({ key, client: keyClient, fail }, { code, secretId: 'app' })
    vault.fault = undefined
    expect(await key.sign(input)).toEqual(await signatureOf(rsaKey().pkcs1))
  })

  it.each([1, 2])(
    'is a timeout when the vault falls silent, and the client is told: call %i',
    async (nth) => {
      const { vault, keyClient } = await withKey()
      const known = await keyClient.getKey('app')
      const signals: unknown[] = []
      const heard = <Options extends { readonly abortSignal?: AbortSignal }>(options: Options): Options => {
        signals.push(options.abortSignal)
        if (signals.length === nth) vault.fault = 'silent'
        return options
      }
      const client: AzureKeyClient = {
        async getKey(name, options) {
          heard(options)
          return vault.fault === undefined ? known : keyClient.getKey(name, options)
        },
        getCryptographyClient(name, version) {
          const signer = keyClient.getCryptographyClient(name, version)
          return { sign: (algorithm, digest, options) => signer.sign(algorithm, digest, heard(options)) }
        },
      }
      const key = azureKey({ client, name: 'app', timeoutMs: 50 })
      await expectFailure(key.sign(input), { code: 'STORE_TIMEOUT', secretId: 'app' })
      expect(signals).toHaveLength(nth)
      expect(signals.at(-1)).toMatchObject({ aborted: true })
    },
  )

  it('is not found when there is none, or no such version', async () => {
    const { keyClient } = await withKey()
    const missing = azureKey({ client: keyClient, name: 'other' })
    await expectFailure(missing.sign(input), {
      code: 'STORE_NOT_FOUND',
      secretId: 'other',
      says: /KeyNotFound/,
    })
    const version = 'f'.repeat(32)
    const gone = azureKey({ client: keyClient, name: 'app', version })
    await expectFailure(gone.sign(input), { code: 'STORE_NOT_FOUND', secretId: `app/${version}` })
  })

  it('is denied when the token is for the vault, and the key in an HSM', async () => {
    const { vault, clientOptions, managedHsmUrl, tokens } = await withKey()
    const getToken = () => tokens.credential.getToken('https://vault.azure.net/.default')
    const client = new KeyClient(managedHsmUrl, { getToken }, { ...clientOptions })
    const key = azureKey({ client, name: 'app' })
    await expectFailure(key.sign(input), { code: 'STORE_ACCESS_DENIED', secretId: 'app' })
    expect(vault.heard).toEqual([])
  })

  it.each([
    ['disabled', { enabled: false }, /it is disabled/],
    ['expired', { expiresOn: PAST }, /it expired at 2001/],
    ['not yet valid', { notBefore: new Date('2999-01-01') }, /may not be used before 2999/],
  ])('says that it is %s', async (_, state, says) => {
    const { keys, key, keyClient } = await withKey()
    const fail = () => keys.update('app', state)
    await expectBoth({ key, client: keyClient, fail }, { code: 'KEY_INVALID', secretId: 'app', says })
  })

  it.each([
    ['is an EC key', () => ecKey().pkcs8, {}, /its type is EC, and GitHub accepts RSA only/],
    ['may only decrypt', () => rsaKey().pkcs1, { keyOps: ['decrypt'] }, /operations do not include sign/],
  ])('says that it %s, and signs nothing', async (_, pem, options, says) => {
    const { keys, keyClient, heard } = await startAzure()
    keys.import('app', pem(), options)
    const key = azureKey({ client: keyClient, name: 'app' })
    await expectFailure(key.sign(input), { code: 'KEY_INVALID', secretId: 'app', says })
    expect(heard.map(({ operation }) => operation)).toEqual(['get key'])
  })

  it('says so when the vault forbids signing all of a sudden', async () => {
    const vault = await startAzure()
    vault.keys.import('app', rsaKey().pkcs1)
    const refusal = (statusCode: number, innerCode: string) =>
      Object.assign(new Error('No.'), {
        statusCode,
        code: 'Forbidden',
        details: { error: { innerError: { code: innerCode } } },
      })
    const keyOf = (error: Error) =>
      azureKey({
        name: 'app',
        client: {
          getKey: (name, options) => vault.keyClient.getKey(name, options),
          getCryptographyClient: () => ({ sign: () => Promise.reject(error) }),
        },
      })
    const invalid = { code: 'KEY_INVALID', secretId: 'app' }
    await expectFailure(keyOf(refusal(403, 'KeyOperationForbidden')).sign(input), invalid)
    await expectFailure(keyOf(refusal(400, 'Whatever')).sign(input), invalid)
    const denied = { ...invalid, code: 'STORE_ACCESS_DENIED' }
    await expectFailure(keyOf(refusal(403, 'ForbiddenByFirewall')).sign(input), denied)
  })
})

describe('a key that can never sign', () => {
  it.each([
    ['no client', { client: undefined }, /^client: .*npm install @azure\/keyvault-keys/],
    ['an old client', { client: { getKey() {} } }, /^client: expected a KeyClient .* 4\.4 or later/],
    ['a URL for a name', { name: 'https://acme.vault.azure.net/keys/app' }, /^name: /],
    ['a PEM for a name', { name: rsaKey().pkcs1 }, /^name: /],
    ['a URL for a version', { version: 'https://acme' }, /^version: /],
    ['no time', { timeoutMs: 0 }, /^timeoutMs: /],
  ])('is a TypeError at once: %s', async (_, options, message) => {
    const { keyClient } = await startAzure()
    const make = () => azureKey({ client: keyClient, name: 'app', ...options } as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    expect(make).not.toThrow(/PRIVATE|acme/)
  })
})
