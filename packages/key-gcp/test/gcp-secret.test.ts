import { createWebhookReceiver, pemKey, webRequest } from '@hubauth/core'
import { describeKeySource, hubauthError, rsaKey, signedDelivery } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { gcpSecret } from '../src/index.ts'
import { INPUT, newName, PARENT, startGcpForAll, type TestGcp } from './start-gcp.ts'

const [FIRST, SECOND] = [rsaKey(), rsaKey({ label: 'second' })]
let cloud: TestGcp

startGcpForAll((started) => {
  cloud = started
})

function addVersion(secret: string, payload: string | Uint8Array): number {
  return cloud.stores.secretManager.addVersion(secret, payload)
}

describeKeySource('pemKey(gcpSecret({ … }))', () => {
  const secret = `${PARENT}/${newName()}`
  addVersion(secret, FIRST.pkcs1)
  return {
    source: pemKey(gcpSecret({ client: cloud.secrets, secret })),
    publicKey: FIRST.publicKey,
    rotate: async () => {
      addVersion(secret, SECOND.pkcs8)
      return SECOND.publicKey
    },
  }
})

describe('gcpSecret', () => {
  const read = (secret: string, version?: string | number) =>
    gcpSecret({ client: cloud.secrets, secret, version }).read()

  it('reads the latest version unless one is named, by its number, its alias or in the name', async () => {
    const secret = `${PARENT}/${newName()}`
    addVersion(secret, 'one')
    addVersion(secret, 'two')
    addVersion(secret, 'three')
    cloud.stores.secretManager.setAlias(secret, 'stable', 2)
    expect(await read(secret)).toBe('three')
    expect(await read(secret, 'latest')).toBe('three')
    expect(await read(secret, 1)).toBe('one')
    expect(await read(secret, '2')).toBe('two')
    expect(await read(secret, 'stable')).toBe('two')
    expect(await read(`${secret}/versions/1`)).toBe('one')
  })

  it('asks for exactly one version, and asks once for all who ask at the same time', async () => {
    const secret = `${PARENT}/${newName()}`
    addVersion(secret, JSON.stringify({ acme: 'one', globex: 'two' }))
    const stored = gcpSecret({ client: cloud.secrets, secret })
    const before = cloud.stores.requests.length
    expect(await Promise.all([stored.field('acme').read(), stored.field('globex').read()])).toEqual([
      'one',
      'two',
    ])
    expect(cloud.stores.requests.slice(before)).toEqual([
      { method: 'AccessSecretVersion', name: `${secret}/versions/latest`, body: {} },
    ])
  })

  it('reads regional secrets', async () => {
    const secret = `projects/hubauth-test/locations/europe-west6/secrets/${newName()}`
    addVersion(secret, 'regional')
    expect(await read(secret)).toBe('regional')
  })

  it('reads a key that is stored as PEM, as base64 of it, and in a field of a JSON document', async () => {
    const base64 = Buffer.from(FIRST.pkcs1).toString('base64')
    const signature = await pemKey(FIRST.pkcs1).sign(INPUT)
    for (const payload of [FIRST.pkcs1, FIRST.pkcs8, base64, `\uFEFF${FIRST.pkcs1}`]) {
      const secret = `${PARENT}/${newName()}`
      addVersion(secret, payload)
      expect(await pemKey(gcpSecret({ client: cloud.secrets, secret })).sign(INPUT)).toEqual(signature)
    }
    const secret = `${PARENT}/${newName()}`
    addVersion(secret, JSON.stringify({ acme: FIRST.pkcs1 }))
    const field = gcpSecret({ client: cloud.secrets, secret }).field('acme')
    expect(await pemKey(field).sign(INPUT)).toEqual(signature)
  })

  it('verifies webhooks by a field, and by the new secret once it is stored', async () => {
    const secret = `${PARENT}/${newName()}`
    addVersion(secret, JSON.stringify({ webhook: 'the first secret' }))
    const receiver = createWebhookReceiver({
      secrets: gcpSecret({ client: cloud.secrets, secret }).field('webhook'),
    })
    const status = async (by: string) => {
      const { headers, body } = signedDelivery({ secret: by })
      const request = new Request('http://localhost/', { method: 'POST', headers, body })
      return (await receiver.receive(webRequest(request))).status
    }
    expect(await status('the first secret')).toBe(200)
    addVersion(secret, JSON.stringify({ webhook: ['the second secret', 'the first secret'] }))
    expect(await status('the second secret')).toBe(200)
    expect(await status('no secret')).toBe(401)
  })

  it('has another try when the service is unavailable for a moment', async () => {
    const secret = `${PARENT}/${newName()}`
    addVersion(secret, 'text')
    cloud.stores.outages = 1
    expect(await read(secret)).toBe('text')
    cloud.stores.outages = 2
    expect(await hubauthError(read(secret))).toMatchObject({ code: 'STORE_UNAVAILABLE' })
  })

  it('does not hand out what was damaged on the way', async () => {
    const secret = `${PARENT}/${newName()}`
    addVersion(secret, 'webhook secret')
    cloud.stores.secretManager.damages = 1
    expect(await read(secret)).toBe('webhook secret')
    cloud.stores.secretManager.damages = 2
    const error = await hubauthError(read(secret))
    expect(error).toMatchObject({ code: 'STORE_UNAVAILABLE', details: { secretId: secret } })
    expect(error.message).toContain('CHECKSUM_MISMATCH')
  })

  it('signs on with the last good key while the service is down, and with the new one afterwards', async () => {
    const secret = `${PARENT}/${newName()}`
    addVersion(secret, FIRST.pkcs1)
    const problems: unknown[] = []
    const key = pemKey(gcpSecret({ client: cloud.secrets, secret }), {
      minRereadIntervalMs: 0,
      onProblem: (problem) => problems.push(problem),
    })
    const first = await key.sign(INPUT)
    addVersion(secret, SECOND.pkcs1)
    cloud.stores.fault = 'down'
    expect(await key.sign(INPUT)).toEqual(first)
    expect(await key.sign(INPUT, { fresh: true })).toEqual(first)
    expect(problems).toMatchObject([{ code: 'STORE_UNAVAILABLE' }])
    cloud.stores.fault = undefined
    expect(await key.sign(INPUT, { fresh: true })).toEqual(await pemKey(SECOND.pkcs1).sign(INPUT))
  })
})

describe('the options of gcpSecret', () => {
  it.each([
    ['a name without project', 'github-key'],
    ['a name of something else', 'projects/p/topics/t'],
    ['a pasted key', FIRST.pkcs1],
    ['a pasted webhook secret', 'not-a-name-but-a-webhook-secret'],
  ])('refuses %s, and does not repeat it', (_, secret) => {
    const make = () => gcpSecret({ client: cloud.secrets, secret })
    expect(make).toThrow(TypeError)
    expect(make).toThrow(/^secret: expected projects\/PROJECT\/secrets\/NAME/)
    expect(make).not.toThrow(secret)
  })

  it('refuses a version that is none, and one that is named twice', () => {
    const make = (secret: string, version: string | number) => () =>
      gcpSecret({ client: cloud.secrets, secret, version })
    expect(make(`${PARENT}/name`, 'no version')).toThrow(/^version: /)
    expect(make(`${PARENT}/name`, 1.5)).toThrow(/^version: /)
    expect(make(`${PARENT}/name/versions/1`, 2)).toThrow(/^version: /)
  })

  it('says what to pass and what to install when there is no client, or another one', () => {
    const without = (client: unknown) => () => Reflect.apply(gcpSecret, undefined, [{ client, secret: 'x' }])
    for (const client of [undefined, null, {}, cloud.keys])
      expect(without(client)).toThrow(
        'client: expected a SecretManagerServiceClient of @google-cloud/secret-manager (npm install @google-cloud/secret-manager).',
      )
  })

  it('refuses a time limit that is none', () => {
    expect(() => gcpSecret({ client: cloud.secrets, secret: `${PARENT}/name`, timeoutMs: 0 })).toThrow(
      /timeoutMs/,
    )
  })
})
