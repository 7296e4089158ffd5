import { KeyManagementServiceClient } from '@google-cloud/kms'
import { SecretManagerServiceClient } from '@google-cloud/secret-manager'
import { pemKey } from '@hubauth/core'
import { type GcpStores, startGcpStores } from '@hubauth/stores/gcp'
import { describeKeySource, ecKey, expectHidden, hubauthError, rsaKey } from '@hubauth/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { gcpKmsKey, gcpSecret } from '../src/index.ts'
import { type GrpcServices, startGrpcServices } from './grpc-services.ts'
import { INPUT, KEYS, newName, PARENT } from './start-gcp.ts'

const { pkcs8, publicKey } = rsaKey()
let stores: GcpStores
let services: GrpcServices
let secrets: SecretManagerServiceClient
let keys: KeyManagementServiceClient

beforeAll(async () => {
  stores = await startGcpStores()
  services = await startGrpcServices(stores)
  secrets = new SecretManagerServiceClient(services.clientOptions)
  keys = new KeyManagementServiceClient(services.clientOptions)
})

afterEach(() => {
  stores.fault = undefined
})

afterAll(async () => {
  await Promise.all([secrets.close(), keys.close()])
  services.close()
  await stores.close()
})

function storeSecret(payload: string): string {
  const secret = `${PARENT}/${newName()}`
  stores.secretManager.addVersion(secret, payload)
  return secret
}

function importKey(...[pem, algorithm]: [string?, Parameters<GcpStores['kms']['addVersion']>[2]?]): string {
  return stores.kms.addVersion(`${KEYS}/${newName()}`, pem ?? pkcs8, algorithm)
}

describeKeySource('pemKey(gcpSecret({ … })) over gRPC', () => {
  const secret = storeSecret(pkcs8)
  const second = rsaKey({ label: 'second' })
  return {
    source: pemKey(gcpSecret({ client: secrets, secret })),
    publicKey,
    rotate: async () => {
      stores.secretManager.addVersion(secret, second.pkcs1)
      return second.publicKey
    },
  }
})

describeKeySource(
  'gcpKmsKey over gRPC',
  () => ({ source: gcpKmsKey({ client: keys, cryptoKeyVersion: importKey() }), publicKey }),
  {
    skip: [
      {
        tests: ['signs with the new key once it is asked to re-read a rotated one'],
        reason: 'a key version never changes',
      },
    ],
  },
)

describe('over gRPC', () => {
  it.each([
    ['denied', 'STORE_ACCESS_DENIED', 'PERMISSION_DENIED'],
    ['throttled', 'STORE_THROTTLED', 'RESOURCE_EXHAUSTED'],
    ['silent', 'STORE_TIMEOUT', ''],
  ] as const)('%s is %s', async (fault, code, name) => {
    const timeoutMs = fault === 'silent' ? 50 : undefined
    const secret = storeSecret(pkcs8)
    const cryptoKeyVersion = importKey()
    const stored = gcpSecret({ client: secrets, secret, timeoutMs })
    const key = gcpKmsKey({ client: keys, cryptoKeyVersion, timeoutMs })
    stores.fault = fault
    for (const [call, secretId] of [
      [() => stored.read(), secret],
      [() => key.sign(INPUT), cryptoKeyVersion],
    ] as const) {
      const error = await hubauthError(call())
      expect(error).toMatchObject({ code, details: { secretId } })
      expect(error.message).toContain(name)
      expectHidden(pkcs8, error)
    }
  })

  it('a service that cannot be reached is STORE_UNAVAILABLE', async () => {
    const gone = await startGrpcServices(stores)
    const client = new SecretManagerServiceClient(gone.clientOptions)
    gone.close()
    const error = await hubauthError(gcpSecret({ client, secret: storeSecret('text') }).read())
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    expect(error.message).toContain('(UNAVAILABLE)')
    await client.close()
  })

  it('a service that is unavailable for a moment is asked again', async () => {
    const secret = storeSecret('text')
    stores.outages = 1
    expect(await gcpSecret({ client: secrets, secret }).read()).toBe('text')
  })

  it('what is missing, disabled or of the wrong kind is told apart', async () => {
    const disabled = storeSecret('text')
    stores.secretManager.setState(disabled, 1, 'DISABLED')
    const missing = gcpSecret({ client: secrets, secret: `${PARENT}/${newName()}` })
    expect(await hubauthError(missing.read())).toMatchObject({ code: 'STORE_NOT_FOUND' })
    const reading = gcpSecret({ client: secrets, secret: disabled }).read()
    expect(String((await hubauthError(reading)).cause)).toContain('is in DISABLED state')
    const elliptic = importKey(ecKey().pkcs8, 'EC_SIGN_P256_SHA256')
    const signing = gcpKmsKey({ client: keys, cryptoKeyVersion: elliptic }).sign(INPUT)
    expect((await hubauthError(signing)).message).toContain('its algorithm is EC_SIGN_P256_SHA256')
    const unused = importKey()
    stores.kms.setState(unused, 'DISABLED')
    expect(
      await hubauthError(gcpKmsKey({ client: keys, cryptoKeyVersion: unused }).sign(INPUT)),
    ).toMatchObject({
      code: 'KEY_INVALID',
      details: { secretId: unused },
    })
  })

  it('what was damaged on the way is asked for again', async () => {
    const secret = storeSecret('text')
    stores.secretManager.damages = 1
    expect(await gcpSecret({ client: secrets, secret }).read()).toBe('text')
  })
})
