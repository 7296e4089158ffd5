import { manualClock } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { keyFingerprint, type PemKeyOptions, pemKey, storedSecret } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode } from '../rejection.ts'
import { INPUT, type KeyLabel, pemOf, signerOf } from './signers.ts'

/** A place where a key is kept, which can fail, and a key source over it on a manual clock. */
function stored(label: KeyLabel, options: PemKeyOptions = {}) {
  const place = { text: pemOf(label), error: undefined as Error | undefined, reads: 0 }
  const problems: unknown[] = []
  const clock = manualClock()
  const read = async () => {
    place.reads++
    if (place.error) throw place.error
    return place.text
  }
  const key = pemKey(read, { clock, onProblem: (problem) => problems.push(problem), ...options })
  const signer = async (...refused: readonly Uint8Array[]) =>
    signerOf(await key.sign(INPUT, refused.length > 0 ? { fresh: true, refused } : {}))
  const made = (name: KeyLabel) => pemKey(pemOf(name)).sign(INPUT)
  const fresh = async () => signerOf(await key.sign(INPUT, { fresh: true }))
  return { key, place, clock, problems, signer, fresh, made }
}

describe('a key that is read from elsewhere', () => {
  it('is read again when GitHub refused a signature, and stays then', async () => {
    const { place, signer, fresh } = stored('one')
    expect(await signer()).toBe('one')
    place.text = pemOf('two')
    expect(await signer()).toBe('one')
    expect(await fresh()).toBe('two')
    expect(await signer()).toBe('two')
    expect(place.reads).toBe(2)
  })

  it('is read again at most once in the interval, however often it is refused', async () => {
    const { place, clock, fresh } = stored('one')
    await fresh()
    expect(place.reads).toBe(1)
    await fresh()
    expect(place.reads).toBe(2)
    place.text = pemOf('two')
    await clock.advance(999)
    for (let index = 0; index < 10; index++) expect(await fresh()).toBe('one')
    expect(place.reads).toBe(2)
    await clock.advance(1)
    expect(await fresh()).toBe('two')
    expect(place.reads).toBe(3)
  })

  it('is read again at once after a clock that was set back', async () => {
    const { place, clock, fresh } = stored('one')
    await fresh()
    await fresh()
    await clock.setTo(clock.now() - 3_600_000)
    place.text = pemOf('two')
    expect(await fresh()).toBe('two')
  })

  it('takes the interval that it is given, and refuses one that cannot be', async () => {
    const { place, fresh } = stored('one', { minRereadIntervalMs: 0 })
    for (let index = 0; index < 4; index++) await fresh()
    expect(place.reads).toBe(4)
    for (const minRereadIntervalMs of [-1, Number.NaN])
      expect(() => pemKey(pemOf('one'), { minRereadIntervalMs })).toThrow(TypeError)
  })

  it('is read once for all who sign and all who are refused at the same time', async () => {
    const gate = deferred<string>()
    const answers = [Promise.resolve(pemOf('one')), gate.promise]
    let reads = 0
    const key = pemKey(() => {
      reads++
      return answers.shift() ?? gate.promise
    })
    await key.sign(INPUT)
    const fresh = Array.from({ length: 20 }, () => key.sign(INPUT, { fresh: true }))
    const others = await Promise.all(Array.from({ length: 20 }, () => key.sign(INPUT)))
    expect(new Set(others.map((signature) => signerOf(signature)))).toEqual(new Set(['one']))
    gate.resolve(pemOf('two'))
    const signers = (await Promise.all(fresh)).map((signature) => signerOf(signature))
    expect(new Set(signers)).toEqual(new Set(['two']))
    expect(reads).toBe(2)
  })

  it('signs on with the last good key while it cannot be read again, and somebody hears of it', async () => {
    const { place, clock, problems, signer, fresh } = stored('one')
    await signer()
    for (const [index, broken] of [new Error('the store is down'), undefined].entries()) {
      place.error = broken
      place.text = 'half a ke'
      expect(await fresh()).toBe('one')
      expect(await signer()).toBe('one')
      expect(problems).toHaveLength(index + 1)
      await clock.advance(1_000)
    }
    expect(problems).toMatchObject([{ code: 'KEY_UNAVAILABLE' }, { code: 'KEY_INVALID' }])
    place.text = pemOf('two')
    expect(await fresh()).toBe('two')
    expect(problems).toHaveLength(2)
  })

  it('is not disturbed by a listener that fails', async () => {
    const { place, signer, fresh } = stored('one', { onProblem: () => Promise.reject('not listening') })
    await signer()
    place.error = new Error('down')
    expect(await fresh()).toBe('one')
  })

  it('has a first read that fails for all who wait, and another one for the next', async () => {
    const { place, signer, problems } = stored('one')
    place.error = new Error('down')
    for (const outcome of [signer(), signer()]) await errorWithCode('KEY_UNAVAILABLE', outcome)
    expect(place.reads).toBe(1)
    place.error = undefined
    expect(await signer()).toBe('one')
    expect(problems).toEqual([])
  })

  it('falls back to the key before it when GitHub refuses the new one, and goes back when that is refused', async () => {
    const { place, clock, signer, fresh, made } = stored('one')
    await signer()
    place.text = pemOf('two')
    expect(await fresh()).toBe('two')
    expect(await signer(await made('two'), await made('one'))).toBe('two')
    expect(await signer(await made('two'))).toBe('one')
    expect(await signer()).toBe('one')
    await clock.advance(60_000)
    expect(await signer(await made('one'))).toBe('two')
    expect(await signer()).toBe('two')
  })

  it('has no other key than these two: who was refused with both gets the latest again', async () => {
    const { place, clock, signer, fresh, made } = stored('one')
    await signer()
    for (const label of ['two', 'three'] as const) {
      place.text = pemOf(label)
      await clock.advance(1_000)
      expect(await fresh()).toBe(label)
    }
    expect(await signer(await made('three'))).toBe('two')
    expect(await signer(await made('three'), await made('two'))).toBe('three')
  })

  it('tells the fingerprint of the key that signs, not of the one that was read last', async () => {
    const { key, place, signer, fresh, made } = stored('one')
    await signer()
    place.text = pemOf('two')
    await fresh()
    expect(await signer(await made('two'))).toBe('one')
    expect(await keyFingerprint(key)).toBe(await keyFingerprint(pemKey(pemOf('one'))))
  })
})

describe('a key that is read for every signature', () => {
  it('is followed before GitHub refuses anything', async () => {
    const { place, signer } = stored('one', { reread: 'every' })
    for (const label of ['one', 'two', 'one'] as const) {
      place.text = pemOf(label)
      expect(await signer()).toBe(label)
    }
    expect(place.reads).toBe(3)
  })

  it('signs on with the last good one while there is none', async () => {
    const { place, signer, problems } = stored('one', { reread: 'every' })
    await signer()
    place.text = ''
    expect(await signer()).toBe('one')
    expect(problems).toHaveLength(1)
  })

  it('stays with the one before it while GitHub refuses the new one', async () => {
    const { place, signer, made } = stored('one', { reread: 'every' })
    await signer()
    place.text = pemOf('two')
    expect(await signer()).toBe('two')
    expect(await signer(await made('two'))).toBe('one')
    expect(await signer()).toBe('one')
    expect(await signer(await made('one'))).toBe('two')
  })
})

describe('a key in a store', () => {
  it.each(['half a ke', 'BEGIN'])(
    'that is malformed (%s) is said with its place, and nothing of it',
    async (text) => {
      const secret = storedSecret({
        store: 'A vault',
        secretId: 'team/app',
        fetch: () => JSON.stringify({ pem: text }),
      })
      const error = await errorWithCode('KEY_INVALID', pemKey(secret.field('pem')).sign(INPUT))
      expect(error.details).toEqual({ store: 'A vault', secretId: 'team/app', field: 'pem' })
      for (const part of ['A vault', 'team/app', 'pem', 'BEGIN line']) expect(error.message).toContain(part)
      expect(error.message).not.toContain('half')
      expect(error.cause).toBeUndefined()
    },
  )

  it('is not looked for in a document: the first key there may be that of another app', async () => {
    const fetch = () => JSON.stringify({ globex: pemOf('two'), acme: pemOf('one') }, undefined, 2)
    const secret = storedSecret({ store: 'A vault', secretId: 'apps', fetch })
    const error = await errorWithCode('KEY_INVALID', pemKey(secret).sign(INPUT))
    expect(error.message).toContain(
      'A vault has no usable key in apps: It is a JSON document. Name the field(…)',
    )
    expect(signerOf(await pemKey(secret.field('acme')).sign(INPUT))).toBe('one')
  })

  it('follows the store', async () => {
    let text = pemOf('one')
    const key = pemKey(storedSecret({ store: 'A vault', secretId: 'app', fetch: () => text }))
    expect(signerOf(await key.sign(INPUT))).toBe('one')
    text = pemOf('two')
    expect(signerOf(await key.sign(INPUT, { fresh: true }))).toBe('two')
  })

  it('passes on what the store says when it is first read', async () => {
    const secret = storedSecret({
      store: 'A vault',
      secretId: 'app',
      fetch: () => Promise.reject(new Error('no')),
      explain: () => 'access-denied',
    })
    await errorWithCode('STORE_ACCESS_DENIED', pemKey(secret).sign(INPUT))
  })
})
