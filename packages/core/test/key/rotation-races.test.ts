import { setImmediate } from 'node:timers/promises'
import { manualClock } from '@hubauth/testing'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createGitHubAuth, type KeySource, keyRing, pemKey, storedSecret } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'
import { INPUT, type KeyLabel, pemOf, signerOf, signerOfJwt } from './signers.ts'

/** A GitHub that accepts one key, and many apps that share a key source. */
function manyApps(key: KeySource, count: number) {
  const state = { accepted: 'one' as KeyLabel, refused: 0 }
  const github = scriptedGitHub(({ headers }) => {
    if (signerOfJwt(headers.get('authorization') ?? '') === state.accepted) return undefined
    state.refused++
    return json({ message: 'A JSON web token could not be decoded' }, { status: 401 })
  })
  const apps = Array.from({ length: count }, () => github.auth({ key }).app)
  const fetchAll = () => Promise.all(apps.map(async (app) => (await app.fetch('/app')).status))
  return { ...github, state, fetchAll }
}

const ALL_WELL = new Set([200])

describe('a rotation', () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => unhandled.push(reason)
  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', note)
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
  })
  afterEach(() => {
    process.off('unhandledRejection', note)
    vi.restoreAllMocks()
  })

  it.each<[string, (read: () => string) => KeySource]>([
    ['key', (read) => pemKey(read)],
    ['key that is read for every signature', (read) => pemKey(read, { reread: 'every' })],
    ['ring', (read) => keyRing(pemKey(read), pemKey(pemOf('three')))],
    ['ring whose next key is the new one', () => keyRing(pemKey(pemOf('one')), pemKey(pemOf('two')))],
  ])('is survived by 150 apps that share one %s, each with one refusal', async (_, keyOver) => {
    let stored: KeyLabel = 'one'
    const { state, fetchAll } = manyApps(
      keyOver(() => pemOf(stored)),
      150,
    )
    expect(new Set(await fetchAll())).toEqual(ALL_WELL)
    stored = 'two'
    state.accepted = 'two'
    expect(new Set(await fetchAll())).toEqual(ALL_WELL)
    expect(state.refused).toBe(150)
    expect(new Set(await fetchAll())).toEqual(ALL_WELL)
    expect(state.refused).toBe(150)
  })

  it('is survived by those who stay when others abort in the middle of it', async () => {
    let stored: KeyLabel = 'one'
    const gates = [deferred(), deferred()]
    let reads = 0
    const secret = storedSecret({
      store: 'A vault',
      secretId: 'app',
      fetch: async () => {
        await gates[reads++]?.promise
        return pemOf(stored)
      },
    })
    const { state, auth } = manyApps(keyRing(pemKey(secret)), 0)
    const { app } = auth({ key: keyRing(pemKey(secret)) })
    for (const [round, gate] of gates.entries()) {
      const controllers = Array.from({ length: 20 }, () => new AbortController())
      const given = controllers.map(({ signal }) => rejection(app.fetch(`/given-up/${round}`, { signal })))
      const stayed = app.fetch('/app')
      await setImmediate()
      for (const controller of controllers) controller.abort('enough')
      gate.resolve()
      expect((await stayed).status).toBe(200)
      for (const reason of await Promise.all(given)) expect(String(reason)).toMatch(/enough|abort/i)
      stored = 'two'
      state.accepted = 'two'
    }
    await setImmediate()
    expect(unhandled).toEqual([])
  })

  it('leaves no rejection unhandled, whatever fails when everybody has gone', async () => {
    const fail = deferred<string>()
    const failing = storedSecret({ store: 'A vault', secretId: 'app', fetch: () => fail.promise })
    for (const key of [pemKey(failing), keyRing(pemKey(failing)), pemKey(() => fail.promise)]) {
      const controller = new AbortController()
      const signing = rejection(key.sign(INPUT, { signal: controller.signal }))
      const telling = rejection(key.publicKey?.({ signal: controller.signal }) ?? Promise.reject())
      controller.abort('enough')
      expect([await signing, await telling]).toEqual(['enough', 'enough'])
    }
    fail.reject(new Error('the store is down'))
    for (let turn = 0; turn < 5; turn++) await setImmediate()
    expect(unhandled).toEqual([])
  })

  it('is finished when the clock of the machine is set back in the middle of it', async () => {
    let stored: KeyLabel = 'one'
    const clock = manualClock()
    const { state, fetch } = manyApps(pemKey(pemOf('one')), 0)
    const key = pemKey(() => pemOf(stored), { clock })
    const { app } = createGitHubAuth({ appId: 1, key, clock, fetch })
    expect((await app.fetch('/app')).status).toBe(200)
    state.accepted = 'three'
    expect((await app.fetch('/app')).status).toBe(401)
    await clock.setTo(clock.now() - 86_400_000)
    stored = 'two'
    state.accepted = 'two'
    expect((await app.fetch('/app')).status).toBe(200)
  })
})

describe('a place for keys that hangs', () => {
  it('does not hold up later callers', async () => {
    const clock = manualClock()
    const answers: Promise<string>[] = [new Promise(() => undefined)]
    const key = pemKey(() => answers.shift() ?? pemOf('one'), { clock })
    const hung = errorWithCode('KEY_UNAVAILABLE', key.sign(INPUT))
    await clock.advance(8_000)
    await hung
    expect(signerOf(await key.sign(INPUT))).toBe('one')
    expect(clock.sleeping).toBe(0)
  })

  it('does not keep the last good key from signing', async () => {
    const clock = manualClock()
    const problems: unknown[] = []
    const answers: (string | Promise<string>)[] = [pemOf('one'), new Promise(() => undefined)]
    const key = pemKey(() => answers.shift() ?? '', { clock, onProblem: (problem) => problems.push(problem) })
    await key.sign(INPUT)
    const signing = key.sign(INPUT, { fresh: true })
    expect(signerOf(await key.sign(INPUT))).toBe('one')
    await clock.advance(8_000)
    expect(signerOf(await signing)).toBe('one')
    expect(problems).toMatchObject([{ code: 'KEY_UNAVAILABLE' }])
  })
})
