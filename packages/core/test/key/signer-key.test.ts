import { constants, createHash, createPublicKey, sign as nodeSign } from 'node:crypto'
import { ecKey, manualClock, rsaKey } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { HubauthError, type PublicKeyInput, type SignerKeyOptions, signerKey } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode, hubauthError, rejection } from '../rejection.ts'
import { INPUT, type KeyLabel, keyOf, signerOf } from './signers.ts'

const PLACE = { store: 'A KMS', secretId: 'alias/app' }

/** What signs elsewhere, under a name that leads to a key, and how often it was asked for what. */
function kms(label: KeyLabel, options: Partial<SignerKeyOptions> = {}) {
  const state = { label, publicKeys: 0, signatures: 0, error: undefined as unknown }
  const problems: unknown[] = []
  const clock = manualClock()
  const fail = () => {
    if (state.error !== undefined) throw state.error
  }
  const key = signerKey({
    store: PLACE.store,
    keyId: PLACE.secretId,
    clock,
    onProblem: (problem) => problems.push(problem),
    publicKey: async () => {
      state.publicKeys++
      fail()
      return keyOf(state.label).publicPem
    },
    sign: async (input) => {
      state.signatures++
      fail()
      return rs256(state.label, input)
    },
    ...options,
  })
  return { key, state, problems, clock }
}

function rs256(label: KeyLabel, input: Uint8Array): Uint8Array {
  return nodeSign('RSA-SHA256', input, keyOf(label).pkcs8)
}

describe('a key that signs elsewhere', () => {
  it('asks for the public key once, and for every signature', async () => {
    const { key, state } = kms('one')
    for (let index = 0; index < 3; index++) expect(signerOf(await key.sign(INPUT))).toBe('one')
    await key.publicKey?.()
    expect(state).toMatchObject({ publicKeys: 1, signatures: 3 })
  })

  it('asks for nothing before it is used', () => {
    expect(kms('one').state).toMatchObject({ publicKeys: 0, signatures: 0 })
  })

  const der = keyOf('one').publicKey.export({ type: 'spki', format: 'der' })
  const jwk = keyOf('one').publicKey.export({ format: 'jwk' })
  const bytes = (number: string | undefined) => new Uint8Array(Buffer.from(number ?? '', 'base64url'))
  it.each<[string, SignerKeyOptions['publicKey']]>([
    ['as PEM', keyOf('one').publicPem],
    ['as DER', new Uint8Array(der)],
    ['as a JWK', { kty: 'RSA', n: jwk.n, e: jwk.e }],
    ['as a JWK whose numbers are bytes', { kty: 'RSA', n: bytes(jwk.n), e: bytes(jwk.e) }],
    ['from a function', async () => keyOf('one').publicPem],
  ])('takes its public key %s', async (_, publicKey) => {
    const { key } = kms('one', { publicKey })
    expect(signerOf(await key.sign(INPUT))).toBe('one')
    expect(Buffer.from((await key.publicKey?.()) ?? []).equals(der)).toBe(true)
  })

  it.each<[string, PublicKeyInput, RegExp]>([
    ['an EC key', new Uint8Array(ecKey().publicKey.export({ type: 'spki', format: 'der' })), /no RSA key/],
    ['an EC key as JWK', { ...ecKey().publicKey.export({ format: 'jwk' }) }, /no RSA key/],
    ['1024 bits', rsaKey({ bits: 1024 }).publicPem, /1024 bits; at least 2048/],
    ['a private key', keyOf('one').pkcs8, /PUBLIC KEY/],
    ['nothing', '', /PUBLIC KEY/],
    ['garbage', new Uint8Array(9), /no RSA key/],
    ['a JWK without numbers', { kty: 'RSA' }, /no RSA key/],
  ])('refuses %s before anything is signed, and says where it is', async (_, publicKey, message) => {
    for (const given of [publicKey, async () => publicKey]) {
      const { key, state } = kms('one', { publicKey: given })
      const error = await errorWithCode('KEY_INVALID', key.sign(INPUT))
      expect(error.details).toEqual(PLACE)
      expect(error.message).toMatch(message)
      expect(error.message).toContain('A KMS cannot sign for GitHub with alias/app')
      expect(error.message).not.toMatch(/MII[A-Za-z0-9]/)
      expect(state.signatures).toBe(0)
    }
  })

  it('follows its name at once when that leads to another key', async () => {
    const { key, state } = kms('one')
    await key.sign(INPUT)
    state.label = 'two'
    expect(signerOf(await key.sign(INPUT))).toBe('two')
    expect(state.publicKeys).toBe(2)
    expect(signerOf(await key.sign(INPUT))).toBe('two')
    expect(state.publicKeys).toBe(2)
    const spki = createPublicKey({
      key: Buffer.from((await key.publicKey?.()) ?? []),
      format: 'der',
      type: 'spki',
    })
    expect(spki.equals(keyOf('two').publicKey)).toBe(true)
  })

  it('asks again for the public key when GitHub refused a signature, at most once a second', async () => {
    const { key, state, clock } = kms('one')
    await key.sign(INPUT)
    for (let index = 0; index < 5; index++) await key.sign(INPUT, { fresh: true })
    expect(state).toMatchObject({ publicKeys: 2, signatures: 6 })
    await clock.advance(1_000)
    await key.sign(INPUT, { fresh: true })
    expect(state.publicKeys).toBe(3)
  })

  it('signs on with the public key it knows while that cannot be read again, and somebody hears of it', async () => {
    const state = { isDown: false }
    const publicKey = () =>
      state.isDown ? Promise.reject(new Error('down')) : Promise.resolve(keyOf('one').publicPem)
    const { key, problems } = kms('one', { publicKey })
    await key.sign(INPUT)
    state.isDown = true
    expect(signerOf(await key.sign(INPUT, { fresh: true }))).toBe('one')
    expect(problems).toMatchObject([{ code: 'STORE_UNAVAILABLE' }])
  })

  it('throws why the public key cannot be read again when its name leads to another key, and recovers', async () => {
    const state = { label: 'one' as KeyLabel, isDown: false }
    const publicKey = () =>
      state.isDown ? Promise.reject(new Error('down')) : Promise.resolve(keyOf(state.label).publicPem)
    const { key } = kms('one', { publicKey, sign: async (input) => rs256(state.label, input) })
    await key.sign(INPUT)
    Object.assign(state, { label: 'two', isDown: true })
    for (const fresh of [false, true])
      expect((await errorWithCode('STORE_UNAVAILABLE', key.sign(INPUT, { fresh }))).details).toEqual(PLACE)
    state.isDown = false
    expect(signerOf(await key.sign(INPUT))).toBe('two')
  })

  const digest = createHash('sha256').update(INPUT).digest()
  it.each<[string, (input: Uint8Array) => unknown]>([
    [
      'with PSS',
      (input) =>
        nodeSign('sha256', input, { key: keyOf('one').pkcs8, padding: constants.RSA_PKCS1_PSS_PADDING }),
    ],
    ['a digest in place of the input', () => rs256('one', digest)],
    ['with SHA-512', (input) => nodeSign('RSA-SHA512', input, keyOf('one').pkcs8)],
    ['with another key', (input) => rs256('two', input)],
    ['something else', () => rs256('one', new Uint8Array())],
    ['garbage', () => new Uint8Array(256)],
    ['nothing', () => new Uint8Array()],
    ['text', (input) => Buffer.from(rs256('one', input)).toString('base64')],
    ['undefined', () => undefined],
  ])('is refused when it signs %s, before GitHub sees it', async (_, sign) => {
    const { key } = kms('one', { sign: async (input) => sign(input) as Uint8Array })
    const error = await errorWithCode('KEY_INVALID', key.sign(INPUT))
    expect(error.details).toEqual(PLACE)
    expect(error.message).toContain(
      'What A KMS signed with alias/app is no RS256 signature by its public key.',
    )
    expect(error.message).toContain('RSASSA-PKCS1-v1_5')
  })

  it.each([
    ['access-denied', 'STORE_ACCESS_DENIED'],
    ['not-found', 'STORE_NOT_FOUND'],
    ['throttled', 'STORE_THROTTLED'],
    ['unavailable', 'STORE_UNAVAILABLE'],
    ['unusable', 'KEY_INVALID'],
    [undefined, 'STORE_UNAVAILABLE'],
  ] as const)('says what %s means: %s, for the public key as for a signature', async (problem, code) => {
    const { key, state } = kms('one', { explain: () => problem })
    state.error = Object.assign(new Error('x'), { name: 'KmsException' })
    const first = await hubauthError(key.sign(INPUT))
    state.error = undefined
    await key.sign(INPUT)
    state.error = Object.assign(new Error('x'), { name: 'KmsException' })
    for (const error of [first, await hubauthError(key.sign(INPUT))]) {
      expect(error.code).toBe(code)
      expect(error.details).toEqual(PLACE)
      expect(error.message).toContain('(KmsException)')
    }
  })

  it('passes on an error of Hubauth that the function throws', async () => {
    const own = new HubauthError('STORE_THROTTLED', 'Slowly.', { details: PLACE })
    expect(await rejection(kms('one', { sign: () => Promise.reject(own) }).key.sign(INPUT))).toBe(own)
  })

  it('is given up after the time limit, and asked again by the next', async () => {
    const answers: Promise<Uint8Array>[] = [new Promise(() => undefined)]
    const sign = (input: Uint8Array) => answers.shift() ?? Promise.resolve(rs256('one', input))
    const { key, clock } = kms('one', { sign, timeoutMs: 300 })
    const given = errorWithCode('STORE_TIMEOUT', key.sign(INPUT))
    await clock.untilSleeping()
    while (answers.length > 0) await clock.advance(0)
    await clock.advance(300)
    await given
    expect(signerOf(await key.sign(INPUT))).toBe('one')
  })

  it('neither shows its input to be changed nor keeps it', async () => {
    const inputs: Uint8Array[] = []
    const gate = deferred()
    const { key } = kms('one', {
      sign: async (input) => {
        inputs.push(input)
        await gate.promise
        const signature = rs256('one', input)
        input.fill(0)
        return signature
      },
    })
    // The slice of a Buffer is no copy.
    const given = [new Uint8Array(INPUT), Buffer.from(INPUT)]
    const signing = given.map((input) => key.sign(input))
    for (const input of given) input.fill(1)
    gate.resolve()
    expect((await Promise.all(signing)).map((signature) => signerOf(signature))).toEqual(['one', 'one'])
    expect(inputs).toHaveLength(2)
    for (const input of given) expect(new Set(input)).toEqual(new Set([1]))
  })

  it('lets a caller abort while it signs, and signs for the others', async () => {
    const gate = deferred()
    const { key } = kms('one', {
      sign: async (input) => {
        await gate.promise
        return rs256('one', input)
      },
    })
    const controller = new AbortController()
    const given = rejection(key.sign(INPUT, { signal: controller.signal }))
    const other = key.sign(INPUT)
    controller.abort('enough')
    expect(await given).toBe('enough')
    gate.resolve()
    expect(signerOf(await other)).toBe('one')
  })

  it('refuses options that can never work when it is built', () => {
    const good = { store: 'A KMS', keyId: 'k', publicKey: keyOf('one').publicPem, sign: async () => INPUT }
    for (const wrong of [
      { store: '' },
      { keyId: keyOf('one').pkcs1 },
      { sign: undefined },
      { publicKey: undefined },
      { timeoutMs: 0 },
    ])
      expect(() => signerKey({ ...good, ...wrong } as SignerKeyOptions)).toThrow(TypeError)
  })
})
