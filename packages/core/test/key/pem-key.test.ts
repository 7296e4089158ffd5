import { rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { HubauthError, pemKey } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode, rejection, thrown } from '../rejection.ts'

const input = new TextEncoder().encode('header.claims')
const { pkcs1 } = rsaKey()

describe('pemKey', () => {
  it('refuses text that is no usable key when it is built', () => {
    expect(thrown(() => pemKey('-----BEGIN RSA PRIVATE KEY-----')).code).toBe('KEY_INVALID')
  })

  it('refuses what is neither text nor a function when it is built', () => {
    for (const wrong of [undefined, null, 42, Buffer.from(pkcs1), { key: pkcs1 }]) {
      expect(() => pemKey(wrong as unknown as string)).toThrow(TypeError)
    }
  })

  it('reads nothing before the first signature', async () => {
    let reads = 0
    const key = pemKey(() => {
      reads++
      return pkcs1
    })
    expect(reads).toBe(0)
    await key.sign(input)
    await key.sign(input)
    expect(reads).toBe(1)
  })

  it('reads once for many who sign at the same time', async () => {
    let reads = 0
    const key = pemKey(async () => {
      reads++
      return pkcs1
    })
    await Promise.all(Array.from({ length: 50 }, () => key.sign(input)))
    expect(reads).toBe(1)
  })

  it('reads once for many who ask for a fresh key at the same time', async () => {
    let reads = 0
    const key = pemKey(async () => {
      reads++
      return pkcs1
    })
    await key.sign(input)
    await Promise.all(Array.from({ length: 50 }, () => key.sign(input, { fresh: true })))
    expect(reads).toBe(2)
  })

  it('reads again after a failure', async () => {
    let isDown = true
    const key = pemKey(() => {
      if (isDown) throw new Error('the vault is sealed')
      return pkcs1
    })
    const error = await errorWithCode('KEY_UNAVAILABLE', key.sign(input))
    expect(error.retryable).toBe(true)
    isDown = false
    expect(await key.sign(input)).toHaveLength(256)
  })

  it('reads again after it got something that is no key', async () => {
    const texts = ['not yet written', pkcs1]
    const key = pemKey(() => texts.shift() ?? pkcs1)
    await errorWithCode('KEY_INVALID', key.sign(input))
    expect(await key.sign(input)).toHaveLength(256)
  })

  it('passes on an error of Hubauth that the function throws', async () => {
    const own = new HubauthError('KEY_UNAVAILABLE', 'The file may not be read.')
    expect(await rejection(pemKey(() => Promise.reject(own)).sign(input))).toBe(own)
  })

  it('says that a function returned no text', async () => {
    const key = pemKey(() => undefined as unknown as string)
    expect((await errorWithCode('KEY_INVALID', key.sign(input))).message).toContain('did not return text')
  })

  it('says at the signature when the numbers of a well-formed key do not belong together', async () => {
    const lines = pkcs1.trim().split('\n')
    const middle = Math.floor(lines.length / 2)
    const damaged = lines.map((line, at) =>
      at >= middle && at < lines.length - 1 ? 'A'.repeat(line.length) : line,
    )
    const outcome = await rejection(Promise.resolve().then(() => pemKey(damaged.join('\n')).sign(input)))
    expect(outcome).toMatchObject({ code: 'KEY_INVALID' })
  })

  it('stops waiting for a slow store when the signal aborts, and the store goes on for others', async () => {
    const store = deferred<string>()
    const key = pemKey(() => store.promise)
    const controller = new AbortController()
    const given = rejection(key.sign(input, { signal: controller.signal }))
    const other = key.sign(input)
    controller.abort(new Error('enough'))
    expect(await given).toMatchObject({ message: 'enough' })
    store.resolve(pkcs1)
    expect(await other).toHaveLength(256)
  })
})
