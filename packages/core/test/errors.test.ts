import { createContext, runInContext } from 'node:vm'
import { describe, expect, it } from 'vitest'
import { harmless, redact } from '../src/errors.ts'
import { ERRORS, HubauthError, type HubauthErrorCode } from '../src/index.ts'

const codes = Object.keys(ERRORS) as HubauthErrorCode[]

describe('ERRORS', () => {
  it.each(codes)('says for %s the status, whether to try again, and what to do in one sentence', (code) => {
    const { status, retryable, remedy } = ERRORS[code]
    expect(status).toBeGreaterThanOrEqual(400)
    expect(status).toBeLessThan(600)
    expect(retryable).toBeTypeOf('boolean')
    expect(remedy).toMatch(/^[A-Z].*\.$/)
    expect(remedy).not.toMatch(/\.\s+[A-Z]/)
  })

  it('names codes in capitals', () => {
    for (const code of codes) expect(code).toMatch(/^[A-Z]+(_[A-Z]+)*$/)
  })
})

describe('HubauthError', () => {
  it('says what is wrong, and then what to do', () => {
    const error = new HubauthError('TIMEOUT', 'Minting took longer than 10 ms.')
    expect(error).toBeInstanceOf(Error)
    expect(error.message).toBe(`Minting took longer than 10 ms. ${ERRORS.TIMEOUT.remedy}`)
    expect(error).toMatchObject({
      name: 'HubauthError',
      code: 'TIMEOUT',
      status: 504,
      retryable: true,
      details: {},
    })
    expect(String(error)).toMatch(/^HubauthError: Minting/)
  })

  it('takes a better remedy where more is known', () => {
    const error = new HubauthError('TIMEOUT', 'Too slow.', { remedy: 'Move closer.' })
    expect(error.message).toBe('Too slow. Move closer.')
  })

  it('is recognised across copies of this package, and nothing else is', () => {
    expect(HubauthError.isInstance(new HubauthError('TIMEOUT', 'Too slow.'))).toBe(true)
    const fromOtherCopy = Object.assign(new Error('x'), {
      code: 'TIMEOUT',
      [Symbol.for('@hubauth/error')]: true,
    })
    expect(HubauthError.isInstance(fromOtherCopy)).toBe(true)
    for (const other of [new Error('x'), { code: 'TIMEOUT' }, 'TIMEOUT', null, undefined])
      expect(HubauthError.isInstance(other)).toBe(false)
  })

  it('keeps what is known of its cause: name, code, message, and the causes of that', () => {
    const socket = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:443'), { code: 'ECONNREFUSED' })
    const error = new HubauthError('GITHUB_UNAVAILABLE', 'Down.', {
      cause: new TypeError('fetch failed', { cause: socket }),
    })
    expect(error.cause).toMatchObject({ name: 'TypeError', message: 'fetch failed' })
    expect(error.cause).toMatchObject({ cause: { code: 'ECONNREFUSED', message: socket.message } })
  })

  it.each<[string, unknown]>([
    ['text', 'down'],
    ['a number', 42],
    ['a symbol', Symbol('down')],
    ['an object without a prototype', Object.create(null)],
    ['an object that cannot be printed', { toString: () => Promise.reject }],
    ['an error of another realm', runInContext('new Error("down")', createContext())],
    ['an error without a stack', Object.assign(new Error('down'), { stack: undefined })],
    ['an error whose message is no text', Object.assign(new Error('down'), { message: 42 })],
  ])('can have %s as its cause', (_, cause) => {
    const error = new HubauthError('CACHE_FAILED', 'The cache failed.', { cause })
    expect(error.message).toMatch(/^The cache failed\./)
  })

  it('does not follow causes in circles', () => {
    const circular = new Error('a')
    circular.cause = circular
    const error = new HubauthError('CACHE_FAILED', 'The cache failed.', { cause: circular })
    expect(error.cause).toBeInstanceOf(Error)
  })

  it('has frozen details', () => {
    const error = new HubauthError('THROTTLED', 'Wait.', { details: { retryAt: 1 } })
    expect(Object.isFrozen(error.details)).toBe(true)
  })
})

/** Kept apart from its dashes, so that no scanner takes what follows for a key. */
const LABEL = 'RSA PRIVATE KEY'

describe('redact', () => {
  it.each([
    `ghs_${'a'.repeat(36)}`,
    `ghs_1001001_eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJnaXRodWIifQ.${'-_aA0'.repeat(60)}`,
    'ghp_aaaa',
    'gho_aaaa',
    'ghu_aaaa',
    'ghr_aaaa',
    'ya29.a0AfB_byC-secret',
    'hvs.CAESIJlUgTm9fD',
    'github_pat_11AAAA_bbbb',
    'eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiIxIn0.sig-na_ture',
    `-----BEGIN ${LABEL}-----\nMIIEpAIBAAKCAQEA\nMIIEpAIBAAKCAQEB\n-----END ${LABEL}-----`,
    `-----BEGIN ${LABEL}-----\nMIIEpAIBAAKCAQEA`,
  ])('takes out %j wherever it stands', (secret) => {
    for (const text of [secret, `Bearer ${secret}`, `"${secret}"`, `token=${secret}&x=1`, `x:${secret}`]) {
      const shown = redact(text)
      expect(shown).toContain('[redacted]')
      for (const part of secret.split(/[\n.]/).filter((piece) => piece.length > 8 && !piece.startsWith('--')))
        expect(shown).not.toContain(part)
    }
  })

  it('leaves other words alone, on one line and short', () => {
    expect(redact('  Bad\r\n\tcredentials\u0007 ')).toBe('Bad credentials')
    expect(redact('x'.repeat(1_000)).length).toBeLessThan(310)
  })
})

describe('harmless', () => {
  it('calls the listener at once, with everything', () => {
    const heard: unknown[] = []
    harmless((...all: unknown[]) => heard.push(...all))(1, 2)
    expect(heard).toEqual([1, 2])
  })
})
