import { setImmediate } from 'node:timers/promises'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type KeySource, keyFingerprint, keyRing, pemKey, type SignOptions } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode, rejection } from '../rejection.ts'
import { INPUT, type KeyLabel, pemOf, signerOf } from './signers.ts'

/** A key source whose key changes and which can fail, and how often it was asked. */
function source(label: KeyLabel) {
  const state = { label, error: undefined as Error | undefined, asked: 0 }
  const inner = pemKey(() => pemOf(state.label), { minRereadIntervalMs: 0 })
  const fail = () => {
    if (state.error !== undefined) throw state.error
  }
  const key: KeySource = {
    async sign(input, options) {
      state.asked++
      fail()
      return inner.sign(input, options)
    },
    async publicKey() {
      fail()
      return (await inner.publicKey?.()) ?? new Uint8Array()
    },
  }
  return { state, key }
}

async function signer(ring: KeySource, options?: SignOptions): Promise<KeyLabel> {
  return signerOf(await ring.sign(INPUT, options))
}

/** What GitHub refused just now: signatures by these keys. */
async function refusedBy(...labels: readonly KeyLabel[]): Promise<SignOptions> {
  const refused = await Promise.all(labels.map((label) => pemKey(pemOf(label)).sign(INPUT)))
  return { fresh: true, refused }
}

describe('a ring of keys', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const lines: unknown[] = []
  const listen = () => {
    lines.length = 0
    vi.spyOn(console, 'error').mockImplementation((...parts) => void lines.push(parts[1]))
  }

  it('signs with the first key, and asks no other', async () => {
    const [one, two] = [source('one'), source('two')]
    const ring = keyRing(one.key, two.key)
    for (let index = 0; index < 3; index++) expect(await signer(ring)).toBe('one')
    expect(two.state.asked).toBe(0)
  })

  it('falls over to the next key when a signature was refused, and stays with it', async () => {
    const ring = keyRing(source('one').key, source('two').key)
    await signer(ring)
    expect(await signer(ring, await refusedBy('one'))).toBe('two')
    expect(await signer(ring)).toBe('two')
    expect(await signer(ring, await refusedBy('two'))).toBe('one')
    expect(await signer(ring)).toBe('one')
  })

  it('does so as well when nobody says which signature it was', async () => {
    const ring = keyRing(source('one').key, source('two').key)
    await signer(ring)
    expect(await signer(ring, { fresh: true })).toBe('two')
    expect(await signer(ring, { fresh: true })).toBe('one')
  })

  it('reads the refused key again before it turns to the next', async () => {
    const [one, two] = [source('one'), source('two')]
    const ring = keyRing(one.key, two.key)
    await signer(ring)
    one.state.label = 'three'
    expect(await signer(ring, await refusedBy('one'))).toBe('three')
    expect(two.state.asked).toBe(0)
  })

  it('reads the next keys again as well, when what they had was refused', async () => {
    const [one, two] = [source('one'), source('two')]
    const ring = keyRing(one.key, two.key)
    await signer(ring, await refusedBy('one'))
    await signer(ring, await refusedBy('two'))
    two.state.label = 'three'
    expect(await signer(ring, await refusedBy('one', 'two'))).toBe('three')
  })

  it('tries each key once when all are refused, then gives back one of them, and begins with the next', async () => {
    const ring = keyRing(source('one').key, source('two').key, source('three').key)
    expect(await signer(ring)).toBe('one')
    expect(await signer(ring, await refusedBy('one'))).toBe('two')
    expect(await signer(ring, await refusedBy('one', 'two'))).toBe('three')
    expect(['one', 'two', 'three']).toContain(await signer(ring, await refusedBy('one', 'two', 'three')))
    expect(await signer(ring)).toBe('one')
  })

  it('treats one key in two sources as one', async () => {
    const ring = keyRing(source('one').key, source('one').key, source('two').key)
    await signer(ring)
    expect(await signer(ring, await refusedBy('one'))).toBe('two')
  })

  it('passes over a source that cannot sign, stays with the other, and prints why once a minute', async () => {
    listen()
    const [one, two] = [source('one'), source('two')]
    const ring = keyRing(one.key, two.key)
    one.state.error = new Error('the first is down')
    expect(await signer(ring)).toBe('two')
    expect(await signer(ring)).toBe('two')
    expect(one.state.asked).toBe(1)
    expect(lines).toEqual([one.state.error])
    two.state.error = new Error('the second is down')
    one.state.error = undefined
    expect(await signer(ring)).toBe('one')
    expect(lines).toHaveLength(1)
  })

  it('prints why it passed over a source when a signature was refused, also when no other key is left', async () => {
    for (const labels of [['one'], ['one', 'three']] as const) {
      listen()
      const [one, two, three] = [source('one'), source('two'), source('three')]
      const ring = keyRing(one.key, two.key, three.key)
      await signer(ring)
      two.state.error = new Error('the second is down')
      expect(await signer(ring, await refusedBy(...labels))).toBe(labels.length === 1 ? 'three' : 'one')
      expect(lines).toEqual([two.state.error])
      vi.restoreAllMocks()
    }
  })

  it('turns to the next when the refused one cannot be read again', async () => {
    listen()
    const [one, two] = [source('one'), source('two')]
    const ring = keyRing(one.key, two.key)
    await signer(ring)
    one.state.error = new Error('the first is down')
    expect(await signer(ring, await refusedBy('one'))).toBe('two')
  })

  it('throws what the first source threw when none could sign, and recovers', async () => {
    const sources = [source('one'), source('two')]
    const ring = keyRing(...sources.map(({ key }) => key))
    for (const [index, { state }] of sources.entries()) state.error = new Error(`source ${index} is down`)
    for (const options of [{}, await refusedBy('three')])
      expect(await rejection(ring.sign(INPUT, options))).toMatchObject({ message: 'source 0 is down' })
    for (const { state } of sources) state.error = undefined
    expect(await signer(ring)).toBe('one')
  })

  it('asks no other source when the caller aborts', async () => {
    const controller = new AbortController()
    const two = source('two')
    const ring = keyRing(
      {
        sign: async (_, { signal } = {}) => {
          controller.abort('enough')
          throw signal?.reason ?? new Error('no signal')
        },
      },
      two.key,
    )
    for (const fresh of [false, true])
      expect(await rejection(ring.sign(INPUT, { signal: controller.signal, fresh }))).toBe('enough')
    expect(two.state.asked).toBe(0)
  })

  it('is not led back to a refused key by a slow signature of it', async () => {
    const gate = deferred()
    const slow: KeySource = {
      async sign(input, { fresh = false } = {}) {
        if (!fresh) await gate.promise
        return pemKey(pemOf('one')).sign(input)
      },
    }
    const ring = keyRing(slow, source('two').key)
    const late = signer(ring)
    expect(await signer(ring, await refusedBy('one'))).toBe('two')
    gate.resolve()
    expect(await late).toBe('one')
    expect(await signer(ring)).toBe('two')
  })

  // An app waits ten seconds for a signature, and two stores that hang take longer to fail.
  it('begins with the source that it came to when the caller gave up waiting', async () => {
    listen()
    const down: KeySource = { sign: () => Promise.reject(new Error('the first is down')) }
    const hanging: KeySource = {
      sign: (_, { signal } = {}) =>
        new Promise((_resolve, reject) => signal?.addEventListener('abort', reject)),
    }
    const asked: string[] = []
    const noted = (name: string, key: KeySource): KeySource => ({
      sign(input, options) {
        asked.push(name)
        return key.sign(input, options)
      },
    })
    const ring = keyRing(noted('down', down), noted('hanging', hanging), noted('good', source('one').key))
    const controller = new AbortController()
    const given = rejection(ring.sign(INPUT, { signal: controller.signal }))
    await setImmediate()
    controller.abort('enough')
    expect(await given).toBe('enough')
    const next = new AbortController()
    const again = rejection(ring.sign(INPUT, { signal: next.signal }))
    await setImmediate()
    next.abort('enough')
    await again
    expect(asked).toEqual(['down', 'hanging', 'hanging'])
  })

  it('tells the fingerprint of the key that signs now', async () => {
    listen()
    const [one, two] = [source('one'), source('two')]
    const ring = keyRing(one.key, two.key)
    const of = (label: KeyLabel) => keyFingerprint(pemKey(pemOf(label)))
    expect(await keyFingerprint(ring)).toBe(await of('one'))
    await signer(ring, await refusedBy('one'))
    expect(await keyFingerprint(ring)).toBe(await of('two'))
    two.state.error = new Error('down')
    expect(await keyFingerprint(ring)).toBe(await of('one'))
  })

  it('may be part of a ring', async () => {
    const ring = keyRing(keyRing(source('one').key, source('two').key), source('three').key)
    expect(await signer(ring)).toBe('one')
    expect(await signer(ring, await refusedBy('one'))).toBe('two')
    expect(await signer(ring, await refusedBy('one', 'two'))).toBe('three')
  })

  it('is not changed by what happens to the list of keys later', async () => {
    const keys = [source('one').key]
    const ring = keyRing(...keys)
    keys[0] = source('two').key
    expect(await signer(ring)).toBe('one')
  })

  it('refuses no keys and what is no key when it is built, and does not repeat it', () => {
    for (const wrong of [
      [],
      [undefined],
      [pemOf('one')],
      [source('one').key, null],
      [{ publicKey: () => 1 }],
    ]) {
      expect(() => keyRing(...(wrong as never[]))).toThrow(
        new TypeError('keyRing(): expected key sources, such as pemKey(…) and fileKey(…).'),
      )
    }
  })

  it('throws the error of a source as it is', async () => {
    await errorWithCode('KEY_UNAVAILABLE', keyRing(pemKey(() => Promise.reject(new Error('x')))).sign(INPUT))
  })
})
