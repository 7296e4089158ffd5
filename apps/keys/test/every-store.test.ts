import {
  createWebhookReceiver,
  type HubauthErrorCode,
  type KeySource,
  type StoredSecret,
} from '@hubauth/core'
import type { StoreFault } from '@hubauth/stores/gcp'
import { describeKeySource, expectHidden, hubauthError, rsaKey, signedDelivery } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { KEY_STORES, keyIn, SECRET_STORES, type StartStore } from './every-store.ts'
import { authAt, startGitHub } from './github.ts'

const [FIRST, SECOND] = [rsaKey(), rsaKey({ label: 'second' })]
const INPUT = new TextEncoder().encode('header.claims')

/** Which error a fault is, and how long the store may take: nothing is waited for that answers. */
const FAULTS: Readonly<Record<StoreFault, { readonly code: HubauthErrorCode; readonly timeoutMs?: number }>> =
  {
    down: { code: 'STORE_UNAVAILABLE' },
    silent: { code: 'STORE_TIMEOUT', timeoutMs: 50 },
    garbage: { code: 'STORE_UNAVAILABLE' },
    denied: { code: 'STORE_ACCESS_DENIED' },
    throttled: { code: 'STORE_THROTTLED' },
  }

/** Nothing can be seen of the key, nor of what is next to it. */
function expectNoContent(error: unknown): void {
  for (const secret of [FIRST.pkcs1, FIRST.pkcs8, 'of another app']) expectHidden(secret, error)
}

const ALL: Readonly<Record<string, StartStore<KeySource | StoredSecret>>> = {
  ...SECRET_STORES,
  ...KEY_STORES,
}

describe.each(Object.entries(ALL))('%s', (name, start) => {
  const ignored = () => undefined

  describeKeySource(name, async () => {
    const { source, put } = await start(FIRST.pkcs1, {})
    return {
      source: keyIn(source, ignored),
      publicKey: FIRST.publicKey,
      rotate: async () => {
        put(SECOND.pkcs8)
        return SECOND.publicKey
      },
    }
  })

  it('mints tokens, and its fingerprint is the one that GitHub shows', async () => {
    const { source } = await start(FIRST.pkcs1, {})
    const github = await startGitHub(FIRST.pkcs1)
    const { app, installation } = authAt(github, keyIn(source, ignored))
    expect(await app.verifyKey()).toMatchObject({ fingerprint: github.app.privateKeyFingerprint })
    const token = await installation({ owner: 'acme' }).token()
    const response = await fetch(`${github.url}/installation/repositories`, {
      headers: { authorization: token.authorization },
    })
    expect(response.status).toBe(200)
  })

  it('fails no call when its key is replaced and the old one deleted', async () => {
    const { source, put } = await start(FIRST.pkcs1, {})
    const github = await startGitHub(FIRST.pkcs1)
    const { app } = authAt(github, keyIn(source, ignored))
    expect((await app.fetch('/app')).status).toBe(200)
    put(await github.addKey())
    github.deleteKey(FIRST.pkcs1)
    const answers = await Promise.all(Array.from({ length: 20 }, () => app.fetch('/app')))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
  })

  it.each(Object.entries(FAULTS))(
    'says that it is %s, where, and nothing of what it holds',
    async (fault, expected) => {
      const { code, timeoutMs } = expected
      const { source, fault: set } = await start(FIRST.pkcs1, { timeoutMs })
      set(fault as StoreFault)
      const error = await hubauthError(keyIn(source, ignored).sign(INPUT))
      expect(error).toMatchObject({
        code,
        details: { store: expect.any(String), secretId: expect.stringMatching(/app/) },
      })
      for (const part of Object.values(error.details)) expect(error.message).toContain(part)
      expectNoContent(error)
    },
  )

  // Not for silence: the limit that ends it soon would now and then end a call that is to succeed.
  it.each(Object.entries(FAULTS).filter(([fault]) => fault !== 'silent'))(
    'signs with the last good key while it is %s, or says so when it is a KMS, and signs as before afterwards',
    async (fault, { code }) => {
      const { source, fault: set } = await start(FIRST.pkcs1, {})
      const problems: unknown[] = []
      const key = keyIn(source, (problem) => problems.push(problem))
      const signature = await key.sign(INPUT)
      set(fault as StoreFault)
      if ('sign' in source) problems.push(await hubauthError(key.sign(INPUT)))
      else expect(await key.sign(INPUT, { fresh: true })).toEqual(signature)
      expect(problems).toMatchObject([{ code }])
      expectNoContent(problems)
      set(undefined)
      expect(await key.sign(INPUT)).toEqual(signature)
    },
  )

  it('says that what it was asked for is not there', async () => {
    const { missing } = await start(FIRST.pkcs1, {})
    const error = await hubauthError(keyIn(missing, ignored).sign(INPUT))
    expect(error).toMatchObject({ code: 'STORE_NOT_FOUND', retryable: false })
  })
})

describe.each(Object.entries(SECRET_STORES))('a document in %s', (_, start) => {
  it('has no such field, or no key in it, and nobody hears what is in it', async () => {
    const { source, put } = await start(FIRST.pkcs1, {})
    const noField = await hubauthError(source.field('initech').read())
    expect(noField).toMatchObject({ code: 'STORE_FIELD_MISSING', details: { field: 'initech' } })
    put(FIRST.pkcs1.slice(0, 900))
    const noKey = await hubauthError(keyIn(source, () => undefined).sign(INPUT))
    expect(noKey).toMatchObject({ code: 'KEY_INVALID', details: { field: 'acme' } })
    expect(noKey.message).toContain('the field acme of')
    for (const error of [noField, noKey]) expectNoContent(error)
  })

  it('holds a webhook secret, too, and a receiver follows its change without a restart', async () => {
    const { source, put } = await start('the first secret', {})
    const receiver = createWebhookReceiver({ secrets: source.field('acme') })
    const receive = async (secret: string) => {
      const { method, headers, body } = signedDelivery({ secret })
      const header = (name: string) => headers[name]
      return (await receiver.receive({ method, header, body: async () => body })).status
    }
    expect(await receive('the first secret')).toBe(200)
    put('the second secret')
    expect([await receive('the second secret'), await receive('the first secret')]).toEqual([200, 401])
  })
})
