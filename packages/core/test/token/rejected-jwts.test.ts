import { describe, expect, it } from 'vitest'
import { keyFingerprint, pemKey } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { pemOf, signerOf, signerOfJwt } from '../key/signers.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { appWith, cycling, inputOf } from './refusing-github.ts'

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

  it('may be signed again later when the key could not sign just then', async () => {
    const outcomes = [Promise.resolve(new Uint8Array(256)), Promise.reject(new Error('down'))]
    const { app } = appWith({ sign: () => outcomes.shift() ?? Promise.resolve(new Uint8Array(256).fill(1)) })
    const first = await app.token()
    await errorWithCode('KEY_UNAVAILABLE', app.token({ rejected: first }))
    expect((await app.token({ rejected: first })).value).not.toBe(first.value)
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
