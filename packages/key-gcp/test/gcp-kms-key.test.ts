import { createHash } from 'node:crypto'
import { keyRing, pemKey } from '@hubauth/core'
import type { KeyAlgorithm, KeyVersionState, StoreFault } from '@hubauth/stores/gcp'
import { describeKeySource, ecKey, expectHidden, hubauthError, rsaKey } from '@hubauth/testing'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { type GcpKmsClient, gcpKmsKey } from '../src/index.ts'
import { INPUT, KEYS, newName, startGcpForAll, type TestGcp } from './start-gcp.ts'

const STORE = 'Google Cloud KMS'
const [FIRST, SECOND] = [rsaKey(), rsaKey({ label: 'second' })]
let cloud: TestGcp

startGcpForAll((started) => {
  cloud = started
})

function importKey(pem: string, algorithm?: KeyAlgorithm): string {
  return cloud.stores.kms.addVersion(`${KEYS}/${newName()}`, pem, algorithm)
}

function keyOf(cryptoKeyVersion: string, timeoutMs?: number) {
  return gcpKmsKey({ client: cloud.keys, cryptoKeyVersion, timeoutMs })
}

describeKeySource(
  'gcpKmsKey',
  () => ({ source: keyOf(importKey(FIRST.pkcs8)), publicKey: FIRST.publicKey }),
  {
    skip: [
      {
        tests: ['signs with the new key once it is asked to re-read a rotated one'],
        reason: 'a key version never changes; below, a ring has two',
      },
    ],
  },
)

describe('gcpKmsKey', () => {
  it('asks for the public key once, and sends the SHA-256 digest of what is signed', async () => {
    const name = importKey(FIRST.pkcs8)
    const key = keyOf(name)
    const before = cloud.stores.requests.length
    await key.sign(INPUT)
    await key.sign(INPUT)
    const sign = {
      method: 'AsymmetricSign',
      name,
      body: { digest: { sha256: createHash('sha256').update(INPUT).digest('base64') } },
    }
    expect(cloud.stores.requests.slice(before)).toEqual([
      { method: 'GetPublicKey', name, body: {} },
      sign,
      sign,
    ])
  })

  it.each([3072, 4096] as const)('signs with keys of %i bits', async (bits) => {
    const { pkcs8, publicKey } = rsaKey({ bits })
    const key = keyOf(importKey(pkcs8, `RSA_SIGN_PKCS1_${bits}_SHA256`))
    expect(await key.sign(INPUT)).toHaveLength(bits / 8)
    expect(await key.publicKey?.()).toEqual(new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })))
  })

  it('has another try when the service is unavailable for a moment', async () => {
    const key = keyOf(importKey(FIRST.pkcs8))
    await key.sign(INPUT)
    cloud.stores.outages = 1
    expect(await key.sign(INPUT)).toHaveLength(256)
  })

  it('signs again when the service is back', async () => {
    const key = keyOf(importKey(FIRST.pkcs8))
    cloud.stores.fault = 'down'
    expect(await hubauthError(key.sign(INPUT))).toMatchObject({ code: 'STORE_UNAVAILABLE' })
    cloud.stores.fault = undefined
    expect(await key.sign(INPUT)).toHaveLength(256)
  })

  it('signs on while its public key cannot be read again, and reports that', async () => {
    const onProblem = vi.fn()
    const client: GcpKmsClient = {
      initialize: () => cloud.keys.initialize(),
      getPublicKey: (request, options) => cloud.keys.getPublicKey(request, options),
      asymmetricSign: (request, options) => {
        cloud.stores.fault = undefined
        return cloud.keys.asymmetricSign(request, options)
      },
    }
    const key = gcpKmsKey({ client, cryptoKeyVersion: importKey(FIRST.pkcs8), onProblem })
    const signature = await key.sign(INPUT)
    cloud.stores.fault = 'denied'
    expect(await key.sign(INPUT, { fresh: true })).toEqual(signature)
    expect(onProblem).toHaveBeenCalledExactlyOnceWith(
      expect.objectContaining({ code: 'STORE_ACCESS_DENIED' }),
    )
  })

  it('goes over to the next version of the key in a ring, when the first is disabled', async () => {
    const print = vi.spyOn(console, 'error').mockReturnValue(undefined)
    onTestFinished(() => print.mockRestore())
    const cryptoKey = `${KEYS}/${newName()}`
    const [first, second] = [FIRST, SECOND].map(({ pkcs8 }) => cloud.stores.kms.addVersion(cryptoKey, pkcs8))
    const ring = keyRing(keyOf(String(first)), keyOf(String(second)))
    expect(await ring.sign(INPUT)).toEqual(await pemKey(FIRST.pkcs1).sign(INPUT))
    cloud.stores.kms.setState(String(first), 'DISABLED')
    expect(await ring.sign(INPUT)).toEqual(await pemKey(SECOND.pkcs1).sign(INPUT))
    expect(print).toHaveBeenCalledExactlyOnceWith(
      '[hubauth]',
      expect.objectContaining({ code: 'KEY_INVALID' }),
    )
  })

  it('ends waiting with the reason of a signal', async () => {
    cloud.stores.fault = 'silent'
    const controller = new AbortController()
    const signing = keyOf(importKey(FIRST.pkcs8)).sign(INPUT, { signal: controller.signal })
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(signing).rejects.toBe(reason)
  })
})

describe('what can be wrong with Cloud KMS', () => {
  it.each([
    ['down', 'STORE_UNAVAILABLE', 'ECONNRESET'],
    ['garbage', 'STORE_UNAVAILABLE', 'SyntaxError'],
    ['denied', 'STORE_ACCESS_DENIED', 'PERMISSION_DENIED'],
    ['throttled', 'STORE_THROTTLED', 'RESOURCE_EXHAUSTED'],
  ] satisfies [StoreFault, string, string][])('%s is %s', async (fault, code, reason) => {
    const name = importKey(FIRST.pkcs8)
    const [used, unused] = [keyOf(name), keyOf(name)]
    await used.sign(INPUT)
    cloud.stores.fault = fault
    for (const key of [used, unused]) {
      const error = await hubauthError(key.sign(INPUT))
      expect(error).toMatchObject({ code, details: { store: STORE, secretId: name } })
      expect(error.message).toContain(`${name} (${reason}`)
      expectHidden(FIRST.pkcs8, error)
    }
  })

  it('silent is STORE_TIMEOUT', async () => {
    const name = importKey(FIRST.pkcs8)
    cloud.stores.fault = 'silent'
    const error = await hubauthError(keyOf(name, 50).sign(INPUT))
    expect(error).toMatchObject({ code: 'STORE_TIMEOUT', details: { store: STORE, secretId: name } })
  })

  it('a key version that does not exist is STORE_NOT_FOUND', async () => {
    const name = `${KEYS}/${newName()}/cryptoKeyVersions/1`
    const error = await hubauthError(keyOf(name).sign(INPUT))
    expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', details: { store: STORE, secretId: name } })
  })

  it.each(['PENDING_GENERATION', 'DISABLED', 'DESTROY_SCHEDULED', 'DESTROYED'] satisfies KeyVersionState[])(
    'a key version that is %s is KEY_INVALID, from the start and from one signature to the next',
    async (state) => {
      const name = importKey(FIRST.pkcs8)
      const [used, unused] = [keyOf(name), keyOf(name)]
      await used.sign(INPUT)
      cloud.stores.kms.setState(name, state)
      for (const key of [used, unused]) {
        const error = await hubauthError(key.sign(INPUT))
        expect(error).toMatchObject({ code: 'KEY_INVALID', details: { store: STORE, secretId: name } })
        expect(error.message).toContain('FAILED_PRECONDITION')
        expect(String(error.cause)).toContain(`current state is: ${state}`)
      }
    },
  )

  it.each([
    ['RSA_SIGN_PSS_2048_SHA256', () => FIRST.pkcs8],
    ['RSA_SIGN_PKCS1_4096_SHA512', () => rsaKey({ bits: 4096 }).pkcs8],
    ['RSA_DECRYPT_OAEP_2048_SHA256', () => FIRST.pkcs8],
    ['EC_SIGN_P256_SHA256', () => ecKey().pkcs8],
  ] satisfies [KeyAlgorithm, () => string][])(
    'a key for %s is KEY_INVALID, and nothing is signed with it',
    async (algorithm, pem) => {
      const name = importKey(pem(), algorithm)
      const before = cloud.stores.requests.length
      const error = await hubauthError(keyOf(name).sign(INPUT))
      expect(error).toMatchObject({ code: 'KEY_INVALID', details: { store: STORE, secretId: name } })
      expect(error.message).toContain(`its algorithm is ${algorithm}`)
      expect(cloud.stores.requests.slice(before).map(({ method }) => method)).toEqual(['GetPublicKey'])
    },
  )

  it('a symmetric key is KEY_INVALID', async () => {
    const error = await hubauthError(keyOf(importKey(FIRST.pkcs8, 'GOOGLE_SYMMETRIC_ENCRYPTION')).sign(INPUT))
    expect(error).toMatchObject({ code: 'KEY_INVALID' })
    expect(String(error.cause)).toContain('incorrect key purpose: ENCRYPT_DECRYPT')
  })
})

describe('the options of gcpKmsKey', () => {
  it.each([
    ['a key without its version', `${KEYS}/app`],
    ['a version that is no number', `${KEYS}/app/cryptoKeyVersions/latest`],
    ['a pasted key', FIRST.pkcs1],
  ])('refuses %s, and does not repeat it', (_, cryptoKeyVersion) => {
    const make = () => gcpKmsKey({ client: cloud.keys, cryptoKeyVersion })
    expect(make).toThrow(/^cryptoKeyVersion: expected projects\/PROJECT\/.+\/cryptoKeyVersions\/NUMBER\.$/)
    expect(make).not.toThrow(cryptoKeyVersion)
  })

  it('says what to pass and what to install when there is no client, or another one', () => {
    for (const client of [undefined, {}, cloud.secrets]) {
      const make = () => Reflect.apply(gcpKmsKey, undefined, [{ client, cryptoKeyVersion: 'x' }])
      expect(make).toThrow(
        'client: expected a KeyManagementServiceClient of @google-cloud/kms (npm install @google-cloud/kms).',
      )
    }
  })
})
