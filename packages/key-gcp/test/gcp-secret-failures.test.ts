import { setImmediate } from 'node:timers/promises'
import { pemKey } from '@hubauth/core'
import type { StoreFault } from '@hubauth/stores/gcp'
import { ecKey, expectHidden, hubauthError, rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { type GcpSecretClient, gcpSecret } from '../src/index.ts'
import { INPUT, newName, PARENT, startGcpForAll, type TestGcp } from './start-gcp.ts'

const STORE = 'Google Cloud Secret Manager'
const PEM = rsaKey().pkcs1
let cloud: TestGcp

startGcpForAll((started) => {
  cloud = started
})

/** A secret with one version. */
function store(payload: string | Uint8Array): string {
  const secret = `${PARENT}/${newName()}`
  cloud.stores.secretManager.addVersion(secret, payload)
  return secret
}

describe('what can be wrong with a store', () => {
  it.each([
    ['down', 'STORE_UNAVAILABLE', 'ECONNRESET'],
    ['garbage', 'STORE_UNAVAILABLE', 'SyntaxError'],
    ['denied', 'STORE_ACCESS_DENIED', 'PERMISSION_DENIED'],
    ['throttled', 'STORE_THROTTLED', 'RESOURCE_EXHAUSTED'],
    ['silent', 'STORE_TIMEOUT', '50'],
  ] satisfies [StoreFault, string, string][])('%s is %s', async (fault, code, name) => {
    const secret = store(PEM)
    const stored = gcpSecret({
      client: cloud.secrets,
      secret,
      timeoutMs: fault === 'silent' ? 50 : undefined,
    })
    cloud.stores.fault = fault
    for (const source of [stored, stored.field('acme')]) {
      const error = await hubauthError(pemKey(source).sign(INPUT))
      expect(error).toMatchObject({ code, details: source.place })
      expect(error.details).toMatchObject({ store: STORE, secretId: secret })
      expect(error.message).toContain(`${secret} (${name}`)
      expectHidden(PEM, error)
    }
  })

  it('a signal ends waiting', async () => {
    cloud.stores.fault = 'silent'
    const controller = new AbortController()
    const reading = gcpSecret({ client: cloud.secrets, secret: store('text') }).read({
      signal: controller.signal,
    })
    const reason = new Error('enough')
    controller.abort(reason)
    await expect(reading).rejects.toBe(reason)
  })

  it('what fails after the time limit is not repeated', async () => {
    const fails: ((error: Error) => void)[] = []
    const client: GcpSecretClient = {
      initialize: async () => undefined,
      accessSecretVersion: () => new Promise((_, reject) => fails.push(reject)),
    }
    const slow = gcpSecret({ client, secret: `${PARENT}/${newName()}`, timeoutMs: 20 })
    expect(await hubauthError(slow.read())).toMatchObject({ code: 'STORE_TIMEOUT' })
    fails[0]?.(Object.assign(new Error('Unavailable.'), { code: 14 }))
    await setImmediate()
    expect(fails).toHaveLength(1)
  })
})

describe('what can be wrong with a secret', () => {
  it('a secret that does not exist is STORE_NOT_FOUND', async () => {
    const secret = `${PARENT}/${newName()}`
    const error = await hubauthError(gcpSecret({ client: cloud.secrets, secret }).read())
    expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', details: { store: STORE, secretId: secret } })
    expect(error.message).toContain(`does not have ${secret} (NOT_FOUND)`)
  })

  it('a version that does not exist is STORE_NOT_FOUND, with its number', async () => {
    const secret = store('text')
    const error = await hubauthError(gcpSecret({ client: cloud.secrets, secret, version: 7 }).read())
    expect(error).toMatchObject({
      code: 'STORE_NOT_FOUND',
      details: { store: STORE, secretId: `${secret}/versions/7` },
    })
  })

  it.each(['DISABLED', 'DESTROYED'] as const)('a version that is %s is STORE_NOT_FOUND', async (state) => {
    const secret = store(PEM)
    cloud.stores.secretManager.setState(secret, 1, state)
    const error = await hubauthError(gcpSecret({ client: cloud.secrets, secret }).read())
    expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', details: { secretId: secret } })
    expect(error.message).toContain('FAILED_PRECONDITION')
    expect(String(error.cause)).toContain(`is in ${state} state`)
    expectHidden(PEM, error)
  })

  it('a field that does not exist is STORE_FIELD_MISSING', async () => {
    const secret = store(JSON.stringify({ globex: PEM }))
    const error = await hubauthError(gcpSecret({ client: cloud.secrets, secret }).field('acme').read())
    expect(error).toMatchObject({
      code: 'STORE_FIELD_MISSING',
      details: { store: STORE, secretId: secret, field: 'acme' },
    })
    expectHidden(PEM, error)
  })

  it('bytes that are no text are STORE_NOT_FOUND', async () => {
    const der = Buffer.from(PEM.replace(/-----.+?-----|\s/g, ''), 'base64')
    const secret = store(der)
    const error = await hubauthError(pemKey(gcpSecret({ client: cloud.secrets, secret })).sign(INPUT))
    expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', details: { store: STORE, secretId: secret } })
    expect(error.message).toContain('Store the PEM or the webhook secret as text.')
    expectHidden(der.toString('base64'), error)
  })

  it.each([
    ['a PEM that lost its end', () => PEM.slice(0, 900)],
    ['an EC key', () => ecKey().pkcs8],
    ['a public key', () => rsaKey().publicPem],
    ['an RSA key of 1024 bits', () => rsaKey({ bits: 1024 }).pkcs1],
    ['a webhook secret', () => 'not-a-key-but-a-webhook-secret'],
  ])('%s is KEY_INVALID', async (_, payload) => {
    const secret = store(payload())
    const error = await hubauthError(pemKey(gcpSecret({ client: cloud.secrets, secret })).sign(INPUT))
    expect(error).toMatchObject({ code: 'KEY_INVALID', details: { store: STORE, secretId: secret } })
    expect(error.message).toContain(secret)
    expectHidden(payload(), error)
  })
})
