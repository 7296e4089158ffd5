import { verify } from 'node:crypto'
import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSMClient } from '@aws-sdk/client-ssm'
import { type HubauthErrorCode, type KeySource, pemKey } from '@hubauth/core'
import type { AwsStores } from '@hubauth/stores/aws'
import { ecKey, expectHidden, hubauthError, rsaKey } from '@hubauth/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { awsKmsKey, awsParameter, awsSecret } from '../src/index.ts'
import { startAws } from './start-aws.ts'

const input = new TextEncoder().encode('header.claims')
const { pkcs1, pkcs8, publicKey } = rsaKey()
const secretId = 'hubauth/keys'
const alias = 'alias/hubauth'
/** Only ends what hangs. */
const LONG_MS = 20_000

type ClientOptions = Partial<AwsStores['clientOptions']>

interface Way {
  /** What errors name. */
  readonly place: object
  /** Puts the key there. */
  put(stores: AwsStores): void
  key(options: ClientOptions, timeoutMs?: number): KeySource
}

/** Each way to the same key. */
const WAYS = {
  awsSecret: {
    place: { store: 'AWS Secrets Manager', secretId, field: 'acme' },
    put: ({ secrets }: AwsStores) => secrets.put(secretId, JSON.stringify({ acme: pkcs1 })),
    key: (options: ClientOptions, timeoutMs?: number) => {
      const client = new SecretsManagerClient(options)
      return pemKey(awsSecret({ client, secretId, timeoutMs }).field('acme'))
    },
  },
  awsParameter: {
    place: { store: 'AWS Parameter Store', secretId, field: 'acme' },
    put: ({ parameters }: AwsStores) => parameters.put(secretId, JSON.stringify({ acme: pkcs1 })),
    key: (options: ClientOptions, timeoutMs?: number) =>
      pemKey(awsParameter({ client: new SSMClient(options), name: secretId, timeoutMs }).field('acme')),
  },
  awsKmsKey: {
    place: { store: 'AWS KMS', secretId: alias },
    put: ({ keys }: AwsStores) => keys.alias(alias, keys.put(pkcs8)),
    key: (options: ClientOptions, timeoutMs?: number) =>
      awsKmsKey({ client: new KMSClient(options), keyId: alias, timeoutMs }),
  },
} as const satisfies Record<string, Way>

async function storesWith(way: Way): Promise<AwsStores> {
  const { stores } = await startAws()
  way.put(stores)
  return stores
}

describe.each(Object.entries<Way>(WAYS))('%s', (_, way) => {
  const { key, place } = way
  const expectFailure = async (source: KeySource, code: HubauthErrorCode) => {
    const error = await hubauthError(source.sign(input))
    expect(error).toMatchObject({ code, details: place })
    for (const name of Object.values(place)) expect(error.message).toContain(name)
    expectHidden(pkcs1, error)
    expectHidden(pkcs8, error)
    return error
  }

  it.each([
    ['down', 'STORE_UNAVAILABLE'],
    ['garbage', 'STORE_UNAVAILABLE'],
    ['denied', 'STORE_ACCESS_DENIED'],
    ['throttled', 'STORE_THROTTLED'],
  ] as const)('names what is wrong and where when the store is %s', async (fault, code) => {
    const stores = await storesWith(way)
    const source = key(stores.clientOptions)
    stores.fault = fault
    const error = await expectFailure(source, code)
    if (fault !== 'garbage') expect(error.cause).toBeInstanceOf(Error)
    stores.fault = undefined
    expect(verify('RSA-SHA256', input, publicKey, await source.sign(input))).toBe(true)
  })

  it('gives up a store that says nothing after timeoutMs', async () => {
    const stores = await storesWith(way)
    stores.fault = 'silent'
    await expectFailure(key(stores.clientOptions, 50), 'STORE_TIMEOUT')
  })

  it('stops waiting when the signal aborts', async () => {
    const stores = await storesWith(way)
    stores.fault = 'silent'
    const controller = new AbortController()
    const signing = key(stores.clientOptions).sign(input, { signal: controller.signal })
    await vi.waitFor(() => expect(stores.calls).toHaveLength(1), LONG_MS)
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(signing).rejects.toBe(reason)
  })

  it('is denied with a wrong secret key, an access key that is not known, and none', async () => {
    const stores = await storesWith(way)
    const { credentials, clientOptions } = stores
    const wrong = [
      { ...credentials, secretAccessKey: 'wrong' },
      { ...credentials, accessKeyId: 'AKIAOTHER' },
    ]
    for (const other of wrong)
      await expectFailure(key({ ...clientOptions, credentials: other }), 'STORE_ACCESS_DENIED')
    withoutAws()
    const { credentials: _none, ...anonymous } = clientOptions
    const error = await expectFailure(key(anonymous), 'STORE_ACCESS_DENIED')
    expect(error.message).toContain('(CredentialsProviderError)')
    expect(stores.requests).toEqual([])
  })

  it('is denied in another region than the client is for', async () => {
    const stores = await storesWith(way)
    await expectFailure(key({ ...stores.clientOptions, region: 'us-west-2' }), 'STORE_ACCESS_DENIED')
  })

  it('says that the client has no region', async () => {
    const stores = await storesWith(way)
    withoutAws()
    const { region: _none, ...options } = stores.clientOptions
    const error = await expectFailure(key(options), 'STORE_UNAVAILABLE')
    expect(error.message).toContain('(RegionMissing)')
    expect(error.cause).toMatchObject({
      message: 'The client has no region. Set AWS_REGION, or give it one.',
    })
  })

  it.each([
    ['ExpiredTokenException', 400, 'STORE_ACCESS_DENIED'],
    ['UnrecognizedClientException', 400, 'STORE_ACCESS_DENIED'],
    ['SomethingNewException', 403, 'STORE_ACCESS_DENIED'],
    ['RequestLimitExceeded', 400, 'STORE_THROTTLED'],
    ['SomethingNewException', 429, 'STORE_THROTTLED'],
    ['ServiceUnavailable', 503, 'STORE_UNAVAILABLE'],
    ['SomethingNewException', 500, 'STORE_UNAVAILABLE'],
  ] as const)('knows what %s with status %i means', async (type, status, code) => {
    const stores = await storesWith(way)
    stores.refusal = { type, status, message: 'No.' }
    await expectFailure(key(stores.clientOptions), code)
  })
})

it('names the SDK that cannot be loaded', async () => {
  const { stores, ssm: client } = await startAws()
  stores.parameters.put(secretId, pkcs1)
  vi.doMock('@aws-sdk/client-ssm', () => {
    throw new Error('It is not installed.')
  })
  onTestFinished(() => {
    vi.doUnmock('@aws-sdk/client-ssm')
  })
  const error = await hubauthError(awsParameter({ client, name: secretId }).read())
  expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', details: { secretId } })
  expect(error.message).toContain('(SdkMissing)')
  expect(String(error.cause)).toContain('npm install @aws-sdk/client-ssm')
})

describe('what single services refuse with', () => {
  it.each([
    ['awsSecret', 'DecryptionFailure', 400, 'STORE_ACCESS_DENIED'],
    ['awsSecret', 'InternalServiceError', 500, 'STORE_UNAVAILABLE'],
    ['awsSecret', 'InvalidRequestException', 400, 'STORE_NOT_FOUND'],
    ['awsSecret', 'KMSInvalidStateException', 400, 'STORE_ACCESS_DENIED'],
    ['awsParameter', 'InvalidKeyId', 400, 'STORE_ACCESS_DENIED'],
    ['awsParameter', 'InternalServerError', 500, 'STORE_UNAVAILABLE'],
    ['awsParameter', 'ParameterVersionNotFound', 400, 'STORE_NOT_FOUND'],
    ['awsKmsKey', 'LimitExceededException', 400, 'STORE_THROTTLED'],
    ['awsKmsKey', 'KeyUnavailableException', 500, 'STORE_UNAVAILABLE'],
    ['awsKmsKey', 'DependencyTimeoutException', 503, 'STORE_UNAVAILABLE'],
    ['awsKmsKey', 'InvalidKeyUsageException', 400, 'KEY_INVALID'],
    ['awsKmsKey', 'NotFoundException', 400, 'STORE_NOT_FOUND'],
  ] as const)('%s: %s', async (name, type, status, code) => {
    const way = WAYS[name]
    const stores = await storesWith(way)
    stores.refusal = { type, status, message: 'Because.' }
    const error = await hubauthError(way.key(stores.clientOptions).sign(input))
    expect(error).toMatchObject({ code, cause: { name: type, message: 'Because.' } })
    expect(error.message).toContain(`(${type})`)
  })
})

describe('a secret that holds no key for GitHub', () => {
  const contents: readonly (readonly [string, string, HubauthErrorCode])[] = [
    ['a damaged PEM', pkcs1.replace(/\n[^\n]{8}/, '\nAAAABBBB'), 'KEY_INVALID'],
    ['an EC key', ecKey().sec1, 'KEY_INVALID'],
    ['a key of 1024 bits', rsaKey({ bits: 1024 }).pkcs1, 'KEY_INVALID'],
    ['a public key', rsaKey().publicPem, 'KEY_INVALID'],
  ]
  it.each(contents)('%s is refused with its place, and is not shown', async (_, text, code) => {
    const { stores, secretsManager: client } = await startAws()
    stores.secrets.put(secretId, JSON.stringify({ acme: text }))
    const error = await hubauthError(pemKey(awsSecret({ client, secretId }).field('acme')).sign(input))
    expect(error).toMatchObject({ code, details: { store: 'AWS Secrets Manager', secretId, field: 'acme' } })
    expect(error.message).toContain('the field acme of hubauth/keys')
    expectHidden(text, error)
  })

  it('a field that is not there, or no document at all, is STORE_FIELD_MISSING', async () => {
    const { stores, secretsManager: client } = await startAws()
    for (const text of [JSON.stringify({ acme: pkcs1 }), pkcs1]) {
      stores.secrets.put(secretId, text)
      const error = await hubauthError(awsSecret({ client, secretId }).field('globex').read())
      expect(error).toMatchObject({ code: 'STORE_FIELD_MISSING', details: { secretId, field: 'globex' } })
      expectHidden(pkcs1, error)
    }
  })

  it('base64 of a PEM is a key', async () => {
    const { stores, ssm: client } = await startAws()
    stores.parameters.put(secretId, Buffer.from(pkcs1).toString('base64'))
    const signature = await pemKey(awsParameter({ client, name: secretId })).sign(input)
    expect(verify('RSA-SHA256', input, publicKey, signature)).toBe(true)
  })
})

it('a call that takes too long is ended, not only left alone', async () => {
  const { stores, secretsManager, ssm, kms } = await startAws()
  stores.fault = 'silent'
  const handlers = [secretsManager, ssm, kms].map(({ config }) => vi.spyOn(config.requestHandler, 'handle'))
  const calls = [
    awsSecret({ client: secretsManager, secretId, timeoutMs: 500 }).read(),
    awsParameter({ client: ssm, name: secretId, timeoutMs: 500 }).read(),
    awsKmsKey({ client: kms, keyId: alias, timeoutMs: 500 }).sign(input),
  ]
  const errors = await Promise.all(calls.map((call) => hubauthError(call)))
  expect(errors.map(({ code }) => code)).toEqual(['STORE_TIMEOUT', 'STORE_TIMEOUT', 'STORE_TIMEOUT'])
  for (const { mock } of handlers)
    await vi.waitFor(
      () => expect(mock.settledResults).toMatchObject([{ type: 'rejected', value: { name: 'AbortError' } }]),
      LONG_MS,
    )
})

it('the last good key signs on while the store is down, and the next re-read brings the new one', async () => {
  const { stores, secretsManager: client } = await startAws()
  stores.secrets.put(secretId, pkcs1)
  const problems: unknown[] = []
  const source = pemKey(awsSecret({ client, secretId }), {
    minRereadIntervalMs: 0,
    onProblem: (error) => problems.push(error),
  })
  await source.sign(input)
  stores.fault = 'down'
  const other = rsaKey({ label: 'second' })
  stores.secrets.put(secretId, other.pkcs1)
  expect(verify('RSA-SHA256', input, publicKey, await source.sign(input))).toBe(true)
  expect(verify('RSA-SHA256', input, publicKey, await source.sign(input, { fresh: true }))).toBe(true)
  expect(problems).toMatchObject([{ code: 'STORE_UNAVAILABLE' }])
  stores.fault = undefined
  expect(verify('RSA-SHA256', input, other.publicKey, await source.sign(input, { fresh: true }))).toBe(true)
})

/** Whoever runs the tests may have an AWS account. */
function withoutAws(): void {
  onTestFinished(() => {
    vi.unstubAllEnvs()
  })
  const names = [
    'AWS_REGION',
    'AWS_DEFAULT_REGION',
    'AWS_PROFILE',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ]
  for (const name of [...names, 'AWS_WEB_IDENTITY_TOKEN_FILE']) vi.stubEnv(name, undefined)
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE'])
    vi.stubEnv(name, `${import.meta.dirname}/none`)
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true')
}
