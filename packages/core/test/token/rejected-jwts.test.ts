import { randomBytes } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { type KeySource, keyFingerprint, pemKey, type SignOptions } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { type KeyLabel, pemOf, signerOf, signerOfJwt } from '../key/signers.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'

/** A key source that signs with the next of its keys whenever it is asked for a fresh one, and begins again after the last. */
function cycling(...labels: readonly KeyLabel[]) {
  const asked: SignOptions[] = []
  const sources = labels.map((label) => pemKey(pemOf(label)))
  let at = 0
  const key: KeySource = {
    async sign(input, options = {}) {
      asked.push(options)
      if (options.fresh) at++
      const source = sources[at % sources.length]
      return source ? source.sign(input) : new Uint8Array()
    },
  }
  return { key, asked, freshly: () => asked.filter(({ fresh }) => fresh).length }
}

/** An app that signs with `key`, and a GitHub that accepts what is signed by one of `accepted`. */
function appWith(key: KeySource, ...accepted: readonly KeyLabel[]) {
  const known = new Set<KeyLabel>(accepted)
  const refused: string[] = []
  const github = scriptedGitHub(({ headers }) => {
    const jwt = headers.get('authorization') ?? ''
    if (known.has(signer(jwt))) return undefined
    refused.push(jwt)
    return json({ message: 'A JSON web token could not be decoded' }, { status: 401 })
  })
  const authentication = github.auth({ key: github.time.trackKey(key) })
  return { ...github, github: authentication, app: authentication.app, known, refused }
}

function signer(jwt: string): KeyLabel {
  try {
    return signerOfJwt(jwt)
  } catch {
    return 'four'
  }
}

function inputOf(jwt: string): string {
  return jwt.slice(0, jwt.lastIndexOf('.'))
}

describe('a JWT that was rejected', () => {
  it('is signed again as it is, with a fresh key, once for ten who reject it at once', async () => {
    const { key, asked } = cycling('one', 'two')
    const { app } = appWith(key)
    const rejected = await app.token()
    const renewed = await Promise.all(Array.from({ length: 10 }, () => app.token({ rejected })))
    expect(new Set(renewed).size).toBe(1)
    const [next = rejected] = renewed
    expect(inputOf(next.value)).toBe(inputOf(rejected.value))
    expect(signerOfJwt(next.value)).toBe('two')
    expect(next.expiresAt).toBe(rejected.expiresAt)
    expect(asked.map(({ fresh = false }) => fresh)).toEqual([false, true])
  })

  it('is not signed again for who comes late with it: there is another one already', async () => {
    const { key, asked } = cycling('one', 'two', 'three')
    const { app } = appWith(key)
    const first = await app.token()
    const second = await app.token({ rejected: first })
    expect(await app.token({ rejected: first })).toBe(second)
    const third = await app.token({ rejected: second })
    for (const late of [first, second]) expect(await app.token({ rejected: late })).toBe(third)
    expect(asked).toHaveLength(3)
  })

  it('is the last one when the fresh key makes the same signature, and the error names the key', async () => {
    const key = pemKey(pemOf('one'))
    const { app } = appWith(key).auth({ key })
    const error = await errorWithCode('KEY_REFUSED', app.token({ rejected: await app.token() }))
    const fingerprint = await keyFingerprint(key)
    expect(error.details).toEqual({ fingerprint })
    expect(error.message).toContain(`the signature of app 1 by the key ${fingerprint}.`)
    expect(error.retryable).toBe(false)
  })

  it('is the last one as well when the key source cannot name its key', async () => {
    const { key } = cycling('one')
    const { app } = appWith(key)
    const error = await errorWithCode('KEY_REFUSED', app.token({ rejected: await app.token() }))
    expect(error.details).toEqual({})
    expect(error.message).toContain('the signature of app 1.')
    const mute = { ...key, publicKey: () => Promise.reject(new Error('the store is down')) }
    const other = appWith(mute).auth({ key: mute }).app
    await errorWithCode('KEY_REFUSED', other.token({ rejected: await other.token() }))
  })

  it('ends when a ring of keys comes back to one that was refused', async () => {
    const { key, asked } = cycling('one', 'two', 'three')
    const { app } = appWith(key)
    const first = await app.token()
    const second = await app.token({ rejected: first })
    const third = await app.token({ rejected: second })
    await errorWithCode('KEY_REFUSED', app.token({ rejected: third }))
    expect(asked).toHaveLength(4)
    for (const late of [first, second, third])
      await errorWithCode('KEY_REFUSED', app.token({ rejected: late }))
    expect(asked).toHaveLength(4)
  })

  it('is followed by a new one for who asks next: keys may be accepted by then', async () => {
    const { key } = cycling('one')
    const { app } = appWith(key)
    const first = await app.token()
    await errorWithCode('KEY_REFUSED', app.token({ rejected: first }))
    const next = await app.token()
    expect(inputOf(next.value)).not.toBe(inputOf(first.value))
    expect(await app.token({ rejected: first })).toBe(next)
  })

  it('is followed by a new one when the key could not sign again', async () => {
    const outcomes = [Promise.resolve(new Uint8Array(256)), Promise.reject(new Error('down'))]
    const { app } = appWith({ sign: () => outcomes.shift() ?? Promise.resolve(new Uint8Array(256).fill(1)) })
    const first = await app.token()
    await errorWithCode('KEY_UNAVAILABLE', app.token({ rejected: first }))
    expect(inputOf((await app.token({ rejected: first })).value)).not.toBe(inputOf(first.value))
  })

  it('keeps nobody waiting who aborts, and is signed for the others', async () => {
    const gate = deferred<Uint8Array>()
    const signatures = [Promise.resolve(new Uint8Array(256)), gate.promise]
    const { app } = appWith({ sign: () => signatures.shift() ?? gate.promise })
    const rejected = await app.token()
    const controller = new AbortController()
    const given = rejection(app.token({ rejected, signal: controller.signal }))
    const other = app.token({ rejected })
    controller.abort('enough')
    expect(await given).toBe('enough')
    gate.resolve(new Uint8Array(256).fill(1))
    expect((await other).value).not.toBe(rejected.value)
  })

  it('tells the key source which of its signatures were refused just now', async () => {
    const { key, asked } = cycling('one', 'two', 'three')
    const { app } = appWith(key)
    const second = await app.token({ rejected: await app.token() })
    await app.token({ rejected: second })
    const input = new TextEncoder().encode(inputOf(second.value))
    const told = asked.map(({ refused = [] }) => refused.map((signature) => signerOf(signature, input)))
    expect(told).toEqual([[], ['one'], ['two', 'one']])
  })

  // A new key is not known to all of GitHub at once; the old one is deleted minutes later, with the same JWT still in use.
  it('is signed with a key that was refused minutes ago, when the one that replaced it is refused', async () => {
    let pem = pemOf('one')
    const { app, known, refused, time } = appWith(
      pemKey(() => pem),
      'one',
    )
    await app.token()
    pem = pemOf('two')
    known.delete('one')
    known.add('three')
    await time.settle(app.fetch('/app'))
    known.clear()
    known.add('one')
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    await time.pass(60_000)
    known.clear()
    known.add('two')
    refused.length = 0
    expect((await time.settle(app.fetch('/app'))).status).toBe(200)
    expect(refused).toHaveLength(1)
  })
})

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

  it('throws what the key source throws when it cannot sign again, rather than an answer that says nothing of it', async () => {
    const outcomes = [Promise.resolve(new Uint8Array(256))]
    const { app, time } = appWith({
      sign: () => outcomes.shift() ?? Promise.reject(new Error('the store is down')),
    })
    await errorWithCode('KEY_UNAVAILABLE', time.settle(app.fetch('/app')))
  })
})
