import { SecretClient } from '@azure/keyvault-secrets'
import { pemKey } from '@hubauth/core'
import { ecKey, rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { type AzureSecretClient, azureSecret } from '../src/index.ts'
import { input, SECRET, withSecret } from './app-vault.ts'
import { expectFailure, startAzure } from './start-azure.ts'

describe('a secret that cannot be read', () => {
  it('is unavailable while the vault is down, and never answers with nothing', async () => {
    const { vault, secret } = await withSecret()
    vault.fault = 'down'
    const { cause } = await expectFailure(
      secret.read(),
      { code: 'STORE_UNAVAILABLE', secretId: 'app', says: /ECONNRESET/ },
      SECRET,
    )
    expect(cause).toMatchObject({ name: 'RestError', code: 'ECONNRESET' })
    vault.fault = undefined
    expect(await secret.read()).toBe(SECRET)
  })

  it('is unavailable at http:, and the cause says that this is why', async () => {
    const { credential } = await startAzure()
    const client = new SecretClient('http://acme.vault.azure.net', credential)
    const expected = { code: 'STORE_UNAVAILABLE', secretId: 'app' }
    const { cause } = await expectFailure(azureSecret({ client, name: 'app' }).read(), expected)
    expect(cause).toMatchObject({ message: expect.stringContaining('Cannot connect to http:') })
  })

  it('is a timeout when the vault is silent, and the client is told to give up', async () => {
    const { vault, secretClient } = await withSecret()
    vault.fault = 'silent'
    const signals: unknown[] = []
    const client: AzureSecretClient = {
      getSecret(name, options) {
        signals.push(options.abortSignal)
        return secretClient.getSecret(name, options)
      },
    }
    const secret = azureSecret({ client, name: 'app', timeoutMs: 20 })
    await expectFailure(secret.read(), { code: 'STORE_TIMEOUT', secretId: 'app' }, SECRET)
    expect(signals).toEqual([expect.objectContaining({ aborted: true })])
  })

  it('is a timeout when the client has a time limit of its own', async () => {
    const getSecret = () => Promise.reject(new DOMException('Enough.', 'AbortError'))
    const secret = azureSecret({ client: { getSecret }, name: 'app' })
    await expectFailure(secret.read(), { code: 'STORE_TIMEOUT', secretId: 'app' })
  })

  it('is unavailable when the answer is garbage, which is not repeated', async () => {
    const { vault, secret } = await withSecret()
    expect(await secret.read()).toBe(SECRET)
    vault.fault = 'garbage'
    const error = await expectFailure(secret.read(), { code: 'STORE_UNAVAILABLE', secretId: 'app' }, SECRET)
    expect(error.cause).toBeUndefined()
  })

  it('is unavailable when the answer has no value', async () => {
    const secret = azureSecret({ client: { getSecret: async () => ({}) }, name: 'app' })
    await expectFailure(secret.read(), { code: 'STORE_UNAVAILABLE', secretId: 'app' })
  })

  it('is denied when the identity lacks the role', async () => {
    const { vault, secret } = await withSecret()
    vault.fault = 'denied'
    const expected = { code: 'STORE_ACCESS_DENIED', secretId: 'app', says: /Forbidden/ }
    const { cause } = await expectFailure(secret.read(), expected, SECRET)
    expect(String(cause)).toContain('Caller is not authorized')
  })

  it('is denied when the token has expired', async () => {
    const { tokens, secret } = await withSecret()
    tokens.lifetimeMs = 0
    await expectFailure(secret.read(), { code: 'STORE_ACCESS_DENIED', secretId: 'app' }, SECRET)
  })

  it('is throttled when the client has given up', async () => {
    const { vault, secret, calls } = await withSecret()
    vault.fault = 'throttled'
    const expected = { code: 'STORE_THROTTLED', secretId: 'app', says: /Throttled/ }
    await expectFailure(secret.read(), expected, SECRET)
    expect(calls).toHaveLength(3)
  })

  it('is a timeout when the vault asks for more patience than there is', async () => {
    const { vault, secretClient, secret: patient } = await withSecret()
    await patient.read()
    const secret = azureSecret({ client: secretClient, name: 'app', timeoutMs: 100 })
    Object.assign(vault, { fault: 'throttled', retryAfterSeconds: 3_600 })
    await expectFailure(secret.read(), { code: 'STORE_TIMEOUT', secretId: 'app' }, SECRET)
  })

  it('is not found when there is none, or no such version', async () => {
    const { secretClient } = await withSecret()
    const missing = azureSecret({ client: secretClient, name: 'other' })
    await expectFailure(missing.read(), {
      code: 'STORE_NOT_FOUND',
      secretId: 'other',
      says: /SecretNotFound/,
    })
    const version = 'f'.repeat(32)
    const gone = azureSecret({ client: secretClient, name: 'app', version })
    await expectFailure(gone.read(), { code: 'STORE_NOT_FOUND', secretId: `app/${version}` }, SECRET)
  })

  it('is said to be disabled when it is, although the vault calls that Forbidden', async () => {
    const { secrets, secret } = await withSecret()
    secrets.update('app', { enabled: false })
    await expectFailure(
      secret.field('acme').read(),
      { code: 'STORE_NOT_FOUND', secretId: 'app', field: 'acme', says: /it is disabled\. Enable it/ },
      SECRET,
    )
  })

  it('names the field that is missing', async () => {
    const { secret } = await withSecret(JSON.stringify({ acme: SECRET }))
    await expectFailure(
      secret.field('globex').read(),
      { code: 'STORE_FIELD_MISSING', secretId: 'app', field: 'globex' },
      SECRET,
    )
  })

  it.each([
    ['is cut off', () => rsaKey().pkcs1.slice(0, 400)],
    ['is no RSA key', () => ecKey().pkcs8],
    ['is too small', () => rsaKey({ bits: 1024 }).pkcs1],
  ])('is an invalid key when it %s', async (_, pem) => {
    const { secret } = await withSecret(pem())
    await expectFailure(pemKey(secret).sign(input), { code: 'KEY_INVALID', secretId: 'app' })
  })
})

describe('an identity without a token', () => {
  it.each(['CredentialUnavailableError', 'AuthenticationError', 'AggregateAuthenticationError'])(
    'is denied access: %s',
    async (name) => {
      const { vaultUrl, clientOptions } = await startAzure()
      const getToken = async () => {
        throw Object.assign(new Error('There is no managed identity.'), { name })
      }
      const client = new SecretClient(vaultUrl, { getToken }, { ...clientOptions })
      const secret = azureSecret({ client, name: 'app' })
      const expected = { code: 'STORE_ACCESS_DENIED', secretId: 'app', says: new RegExp(name) }
      await expectFailure(secret.read(), expected)
    },
  )

  it('is unavailable when the login service is down', async () => {
    const { vaultUrl, clientOptions } = await startAzure()
    const getToken = async () => {
      throw Object.assign(new Error('Bad gateway'), { name: 'AuthenticationError', statusCode: 502 })
    }
    const client = new SecretClient(vaultUrl, { getToken }, { ...clientOptions })
    await expectFailure(azureSecret({ client, name: 'app' }).read(), {
      code: 'STORE_UNAVAILABLE',
      secretId: 'app',
    })
  })
})

describe('a secret that can never be read', () => {
  it.each([
    ['no client', { client: undefined, name: 'app' }, /^client: .*npm install @azure\/keyvault-secrets/],
    ['another client', { client: { getKey() {} }, name: 'app' }, /^client: expected a SecretClient/],
    ['a URL for a name', { name: 'https://acme.vault.azure.net/secrets/app' }, /^name: /],
    ['a key for a name', { name: rsaKey().pkcs1 }, /^name: /],
    ['a URL for a version', { name: 'app', version: 'https://acme' }, /^version: /],
    ['no time', { name: 'app', timeoutMs: 0 }, /^timeoutMs: /],
  ])('is a TypeError at once: %s', async (_, options, message) => {
    const { secretClient } = await startAzure()
    const make = () => azureSecret({ client: secretClient, ...options } as never)
    expect(make).toThrow(TypeError)
    expect(make).toThrow(message)
    expect(make).not.toThrow(/PRIVATE|acme/)
  })
})
