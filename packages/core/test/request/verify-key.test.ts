import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { type KeySource, keyFingerprint, keyRing, pemKey } from '../../src/index.ts'
import { startGitHub } from '../github.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'

const OTHER = rsaKey({ label: 'of another app' }).pkcs1

describe('app.verifyKey', () => {
  it('tells which app the key belongs to, with the fingerprint that GitHub shows', async () => {
    const { auth, simulator } = await startGitHub()
    const { id, slug, name, privateKey, privateKeyFingerprint } = simulator.app
    const expected = { fingerprint: privateKeyFingerprint, appId: id, slug, name }
    const { app } = auth({ key: pemKey(privateKey) })
    expect(await app.verifyKey()).toEqual(expected)
    expect(await app.verifyKey(pemKey(privateKey))).toEqual(expected)
  })

  it('is refused with the fingerprint for the key of another app', async () => {
    const { auth, simulator } = await startGitHub()
    const key = pemKey(OTHER)
    const error = await errorWithCode('KEY_REFUSED', auth().app.verifyKey(key))
    const fingerprint = await keyFingerprint(key)
    expect(error.details).toEqual({ fingerprint })
    expect(error.message).toContain(fingerprint)
    expect(error.message).toContain('could not be decoded')
    expect(simulator.count()).toBe(1)
  })

  it('is refused for a key that was deleted, and for the next one before it is registered', async () => {
    const { auth, simulator } = await startGitHub()
    const { app } = auth({ key: pemKey(simulator.app.privateKey) })
    const next = pemKey(await simulator.addKey())
    expect((await app.verifyKey(next)).fingerprint).toBe(await keyFingerprint(next))
    simulator.deleteKey(simulator.app.privateKey)
    await errorWithCode('KEY_REFUSED', app.verifyKey())
    expect((await app.verifyKey(next)).slug).toBe(simulator.app.slug)
  })

  it('leaves the own key of the app alone: what is verified need not be what signs', async () => {
    const { auth, simulator, sent } = await startGitHub()
    const { app } = auth({ key: pemKey(simulator.app.privateKey) })
    await app.fetch('/app')
    await errorWithCode('KEY_REFUSED', app.verifyKey(pemKey(OTHER)))
    expect((await app.fetch('/app')).status).toBe(200)
    const [first, , last] = sent.map(({ headers }) => headers.get('authorization'))
    expect(last).toBe(first)
  })

  it('finds the accepted one of two keys, and tells its fingerprint', async () => {
    const { auth, simulator } = await startGitHub()
    const { privateKey, privateKeyFingerprint } = simulator.app
    const ring = keyRing(pemKey(OTHER), pemKey(privateKey))
    expect((await auth().app.verifyKey(ring)).fingerprint).toBe(privateKeyFingerprint)
  })

  it('knows no fingerprint of a key source that does not tell its public key', async () => {
    const { auth, simulator } = await startGitHub()
    const key = pemKey(simulator.app.privateKey)
    const mute: KeySource = { sign: (input, options) => key.sign(input, options) }
    for (const one of [mute, keyRing(mute), keyRing(mute, pemKey(OTHER))])
      expect(await auth().app.verifyKey(one)).toMatchObject({
        fingerprint: undefined,
        slug: simulator.app.slug,
      })
  })

  it.each([-1_200_000, 1_200_000])(
    'learns the difference of the clocks (%i ms) as every call does',
    async (ms) => {
      const { auth, simulator } = await startGitHub()
      simulator.advance(ms)
      const { app } = auth({ key: pemKey(simulator.app.privateKey) })
      expect((await app.verifyKey()).slug).toBe(simulator.app.slug)
      expect((await app.fetch('/app')).status).toBe(200)
      expect(simulator.count({ status: 401 })).toBe(1)
    },
  )

  it('says that the App ID is wrong', async () => {
    const { auth } = await startGitHub()
    await errorWithCode('APP_NOT_FOUND', auth({ appId: 4_711 }).app.verifyKey())
  })

  it('says that something else than GitHub answered', async () => {
    for (const body of [{}, { id: '1', slug: 's', name: 'n' }, { id: 1, slug: 's' }, []]) {
      const { auth } = scriptedGitHub(() => json(body))
      await errorWithCode('UNEXPECTED_RESPONSE', auth().app.verifyKey())
    }
  })

  it('throws what the key source throws, and gives up after the time limit', async () => {
    const { auth, time } = scriptedGitHub()
    const { app } = auth({ timeoutMs: 3_000 })
    await errorWithCode('KEY_UNAVAILABLE', app.verifyKey(pemKey(() => Promise.reject(new Error('down')))))
    const hung = rejection(app.verifyKey({ sign: () => new Promise(() => undefined) }))
    await time.pass(3_000)
    expect(await hung).toMatchObject({ code: 'TIMEOUT' })
  })
})
