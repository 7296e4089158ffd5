import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { type KeySource, pemKey } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { json, scriptedGitHub } from '../scripted-github.ts'

const SIGNATURE = new Uint8Array(256)

function claims(jwt: string): Record<string, number> {
  return JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
}

function appWith(key: KeySource) {
  const { time, auth } = scriptedGitHub()
  return { time, app: auth({ key: time.trackKey(key) }).app }
}

describe('the JWT of an app', () => {
  it('is signed once and reused until a minute before it expires, to the millisecond', async () => {
    const { time, app } = appWith(pemKey(rsaKey().pkcs1))
    const first = await app.token()
    await time.pass(540_000 - 60_000 - 1)
    expect(await app.token()).toBe(first)
    await time.pass(1)
    const second = await app.token()
    expect(second).not.toBe(first)
    expect(claims(second.value).iat).toBe((claims(first.value).iat ?? 0) + 480)
  })

  it('is signed once for many who ask at the same time', async () => {
    let signatures = 0
    const { app } = appWith({
      async sign() {
        signatures++
        return SIGNATURE
      },
    })
    await Promise.all(Array.from({ length: 200 }, () => app.token()))
    expect(signatures).toBe(1)
  })

  it('is not remembered when signing fails', async () => {
    let isDown = true
    const { app } = appWith({
      async sign() {
        if (isDown) throw new Error('KMS: connection refused')
        return SIGNATURE
      },
    })
    await errorWithCode('KEY_UNAVAILABLE', app.token())
    isDown = false
    expect((await app.token()).expiresAt).toBeGreaterThan(0)
  })

  it('lets a caller who waits for a slow key abort, without disturbing the others', async () => {
    const gate = deferred<Uint8Array>()
    const { app } = appWith({ sign: () => gate.promise })
    const controller = new AbortController()
    const given = rejection(app.token({ signal: controller.signal }))
    const other = app.token()
    controller.abort('enough')
    expect(await given).toBe('enough')
    gate.resolve(SIGNATURE)
    expect((await other).authorization).toMatch(/^Bearer eyJ/)
  })

  it('is not asked for by a caller who aborted before', async () => {
    let signatures = 0
    const { time, app } = appWith({
      async sign() {
        signatures++
        throw new Error('KMS: connection refused')
      },
    })
    expect(await rejection(app.token({ signal: AbortSignal.abort('enough') }))).toBe('enough')
    await time.idle()
    expect(signatures).toBe(0)
  })

  it('is given up after the timeout when the key source hangs, and the next caller gets one', async () => {
    const answers: Promise<Uint8Array>[] = [new Promise(() => undefined)]
    const { time, auth } = scriptedGitHub()
    const { app } = auth({ key: { sign: () => answers.shift() ?? Promise.resolve(SIGNATURE) } })
    const hung = rejection(app.token())
    await time.pass(60_000)
    expect(await time.stateOf(hung)).toBe('fulfilled')
    expect(await time.stateOf(app.token())).toBe('fulfilled')
  })

  it('is not handed out any more once it was signed by a clock that proved wrong, also while the next is signed', async () => {
    const gate = deferred<Uint8Array>()
    const signatures = [Promise.resolve(SIGNATURE), gate.promise]
    const { time, auth } = scriptedGitHub(({ at, headers }) =>
      headers.get('authorization') === first.authorization
        ? json(
            { message: "'Expiration time' claim ('exp') is too far in the future" },
            { status: 401, headers: { date: new Date(at - 1_200_000).toUTCString() } },
          )
        : undefined,
    )
    const { app } = auth({ key: { sign: () => signatures.shift() ?? gate.promise } })
    const first = await app.token()
    const call = app.fetch('/app')
    await time.idle()
    const second = app.token()
    expect(await time.stateOf(second)).toBe('pending')
    gate.resolve(SIGNATURE)
    expect((await second).value).not.toBe(first.value)
    expect((await call).status).toBe(200)
  })
})
