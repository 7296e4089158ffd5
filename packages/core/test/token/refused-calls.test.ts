import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type KeySource, keyFingerprint, pemKey } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { pemOf } from '../key/signers.ts'
import { errorWithCode } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'
import { appWith, cycling, inputOf, signer } from './refusing-github.ts'

describe('a call of the app', () => {
  it.each<[string, (github: ReturnType<typeof appWith>) => Promise<unknown>]>([
    ['a fetch of the app', ({ app }) => app.fetch('/app')],
    ['a lookup and a mint', ({ github }) => github.installation({ owner: 'acme' }).token()],
  ])('finds the one key that GitHub accepts (%s)', async (_, call) => {
    const { key, freshly } = cycling('one', 'two', 'three')
    const github = appWith(key, 'three')
    await github.time.settle(call(github))
    expect(github.refused).toHaveLength(2)
    expect(freshly()).toBe(2)
    expect(new Set(github.refused.map(inputOf)).size).toBe(1)
  })

  it('asks for one signature when ten are refused at once, and all succeed', async () => {
    const { key, asked } = cycling('one', 'two')
    const { app, time } = appWith(key, 'two')
    const answers = await time.settle(Promise.all(Array.from({ length: 10 }, () => app.fetch('/app'))))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(asked).toHaveLength(2)
  })

  // With the answers of a slow GitHub, refusals must not be forgotten before the last key was tried.
  it('tries every key once, however slowly GitHub refuses', async () => {
    const { key } = cycling('one', 'two', 'three')
    const { time, auth, sent } = scriptedGitHub(async ({ at }) => {
      await time.clock.sleep(2_500)
      return json({ message: 'A JSON web token could not be decoded', at }, { status: 401 })
    })
    const { app } = auth({ key: time.trackKey(key) })
    expect((await time.settle(app.fetch('/app'))).status).toBe(401)
    expect(sent).toHaveLength(3)
  })

  it('passes on the answer of GitHub when no key is left', async () => {
    const { key } = cycling('one', 'two')
    const { app, time, refused } = appWith(key)
    const answer = await time.settle(app.fetch('/app'))
    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual({ message: 'A JSON web token could not be decoded' })
    expect(refused).toHaveLength(2)
  })

  it('ends in KEY_REFUSED with the words of GitHub and the fingerprint when no key is left', async () => {
    const key = pemKey(pemOf('one'))
    const { auth, refused } = appWith(key)
    const error = await errorWithCode('KEY_REFUSED', auth({ key }).installation({ owner: 'acme' }).token())
    const fingerprint = await keyFingerprint(key)
    expect(error.details).toEqual({ fingerprint })
    expect(error.message).toContain(`by the key ${fingerprint}: A JSON web token could not be decoded.`)
    expect(refused).toHaveLength(1)
  })

  // GitHub answers 401 to an app that asks for what only users may see, whatever the key.
  it('leaves the others with the JWT that GitHub takes when one call is refused with every key', async () => {
    const { key } = cycling('one', 'two')
    const others: Promise<Response>[] = []
    const { auth, time } = scriptedGitHub(({ path, headers }) => {
      const isKnown = signer(headers.get('authorization') ?? '') === 'one'
      if (path === '/user') others.push(app.fetch('/app'), app.fetch('/app/installations'))
      return path === '/user' || !isKnown
        ? json({ message: 'Requires authentication' }, { status: 401 })
        : undefined
    })
    const { app } = auth({ key: time.trackKey(key) })
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    expect((await time.settle(app.fetch('/user'))).status).toBe(401)
    const answers = await time.settle(Promise.all(others))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
  })

  it('gives up on a key source whose signatures are never the same', async () => {
    const asked: Uint8Array[] = []
    const random = {
      async sign(input: Uint8Array) {
        asked.push(input)
        return new Uint8Array(randomBytes(256))
      },
    }
    const { app, auth, time, refused } = appWith(random)
    expect((await time.settle(app.fetch('/app'))).status).toBe(401)
    expect(refused).toHaveLength(26)
    refused.length = 0
    const other = auth({ key: time.trackKey(random) }).installation({ owner: 'acme' })
    await errorWithCode('KEY_REFUSED', time.settle(other.token()))
    expect(refused).toHaveLength(26)
    expect(new Set(asked.map(String)).size).toBe(2)
  })

  it.each<[string, (fresh: boolean) => void]>([
    ['the key is the only one', () => undefined],
    [
      'the key cannot sign again',
      (fresh) => {
        if (fresh) throw new Error('the store is down')
      },
    ],
  ])('fails no other call when GitHub refuses one for a reason of its own (%s)', async (_, check) => {
    const source = pemKey(pemOf('one'))
    const gate = deferred()
    const signing = deferred()
    let signatures = 0
    const key: KeySource = {
      async sign(input, { fresh = false } = {}) {
        signatures++
        if (fresh) {
          signing.resolve()
          await gate.promise
        }
        check(fresh)
        return source.sign(input)
      },
    }
    const { auth } = scriptedGitHub(({ path }) =>
      path.endsWith('/user') ? json({ message: 'Bad credentials' }, { status: 401 }) : undefined,
    )
    const { app } = auth({ key })
    await app.fetch('/app')
    const refused = app.fetch('/user').catch(() => undefined)
    await signing.promise
    const others = Array.from({ length: 5 }, () => app.fetch('/app'))
    gate.resolve()
    await refused
    others.push(app.fetch('/app'))
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual(others.map(() => 200))
    expect(signatures).toBe(2)
  })

  it('throws what the key source throws when it cannot sign again, rather than an answer that says nothing of it', async () => {
    const outcomes = [Promise.resolve(new Uint8Array(256))]
    const { app, time } = appWith({
      sign: () => outcomes.shift() ?? Promise.reject(new Error('the store is down')),
    })
    await errorWithCode('KEY_UNAVAILABLE', time.settle(app.fetch('/app')))
  })
})
