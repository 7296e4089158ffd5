import { manualClock } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { HubauthError, type StoredSecretOptions, type StoreProblem, storedSecret } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode, hubauthError, rejection } from '../rejection.ts'

const PLACE = { store: 'A vault', secretId: 'team/app' }

function secretWith(options: Partial<StoredSecretOptions>) {
  return storedSecret({ ...PLACE, fetch: () => 'text', ...options })
}

/** What reading a field of this text rejects with, or gives. */
function fieldIn(text: string, name = 'key') {
  return secretWith({ fetch: () => text })
    .field(name)
    .read()
}

describe('a stored secret', () => {
  it('is what the function fetches, each time anew', async () => {
    let fetches = 0
    const secret = secretWith({ fetch: async () => `text ${++fetches}\n` })
    expect(await secret.read()).toBe('text 1\n')
    expect(await secret.read()).toBe('text 2\n')
    expect(secret.place).toEqual(PLACE)
  })

  it('is fetched once for all who read it at the same time, whatever field', async () => {
    const gate = deferred<string>()
    let fetches = 0
    const secret = secretWith({
      fetch: () => {
        fetches++
        return gate.promise
      },
    })
    const reads = [secret, secret.field('a'), secret.field('b'), secret.field('a')].map((one) => one.read())
    gate.resolve('{"a":"1","b":"2"}')
    expect(await Promise.all(reads)).toEqual(['{"a":"1","b":"2"}', '1', '2', '1'])
    expect(fetches).toBe(1)
    await secret.read()
    expect(fetches).toBe(2)
  })

  it('has one failure for all who read it at the same time, each with its own place', async () => {
    const secret = secretWith({ fetch: () => Promise.reject(new Error('down')) })
    const [whole, field] = await Promise.all([
      errorWithCode('STORE_UNAVAILABLE', secret.read()),
      errorWithCode('STORE_UNAVAILABLE', secret.field('key').read()),
    ])
    expect(whole.details).toEqual(PLACE)
    expect(field.details).toEqual({ ...PLACE, field: 'key' })
    expect(field.message).toContain('the field key of team/app')
  })

  it('is given up after the time limit, also when the store ignores the signal, and fetched anew by the next', async () => {
    const clock = manualClock()
    const signals: AbortSignal[] = []
    const answers: Promise<string>[] = [new Promise(() => undefined)]
    const fetch = (signal: AbortSignal) => {
      signals.push(signal)
      return answers.shift() ?? 'text'
    }
    const secret = secretWith({ fetch, clock, timeoutMs: 700 })
    const given = errorWithCode('STORE_TIMEOUT', secret.read())
    await clock.advance(700)
    const error = await given
    expect(error.message).toContain('700ms')
    expect(error.retryable).toBe(true)
    expect(signals[0]?.aborted).toBe(true)
    expect(await secret.read()).toBe('text')
    expect(clock.sleeping).toBe(0)
  })

  it('is given up after five seconds unless told otherwise', async () => {
    const clock = manualClock()
    const secret = secretWith({ clock, fetch: () => new Promise(() => undefined) })
    const outcome = errorWithCode('STORE_TIMEOUT', secret.read())
    await clock.advance(4_999)
    expect(clock.sleeping).toBe(1)
    await clock.advance(1)
    await outcome
  })

  it('lets a reader abort without disturbing the others, or the store', async () => {
    const gate = deferred<string>()
    let aborted: boolean | undefined
    const secret = secretWith({
      fetch: async (signal) => {
        const text = await gate.promise
        aborted = signal.aborted
        return text
      },
    })
    const controller = new AbortController()
    const given = rejection(secret.read({ signal: controller.signal }))
    const other = secret.field('key').read()
    controller.abort('enough')
    expect(await given).toBe('enough')
    gate.resolve('{"key":"text"}')
    expect(await other).toBe('text')
    expect(aborted).toBe(false)
    expect(await rejection(secret.read({ signal: AbortSignal.abort('before') }))).toBe('before')
  })

  it.each<[StoreProblem | undefined, string]>([
    ['access-denied', 'STORE_ACCESS_DENIED'],
    ['not-found', 'STORE_NOT_FOUND'],
    ['throttled', 'STORE_THROTTLED'],
    ['timeout', 'STORE_TIMEOUT'],
    ['unavailable', 'STORE_UNAVAILABLE'],
    ['unusable', 'KEY_INVALID'],
    [undefined, 'STORE_UNAVAILABLE'],
  ])('says what %s means: %s, with the place and the name of the error', async (problem, code) => {
    const failure = Object.assign(new Error('x'), { name: 'ResourceException' })
    const secret = secretWith({ fetch: () => Promise.reject(failure), explain: () => problem })
    const error = await hubauthError(secret.read())
    expect(error.code).toBe(code)
    expect(error.details).toEqual(PLACE)
    for (const part of ['A vault', 'team/app', '(ResourceException)']) expect(error.message).toContain(part)
  })

  it('says what to do in the words of who explains an error, where they know more', async () => {
    const explain = () => ({ problem: 'unavailable', remedy: 'Give the client a region.' }) as const
    const error = await errorWithCode(
      'STORE_UNAVAILABLE',
      secretWith({ fetch: () => Promise.reject(new Error('no')), explain }).read(),
    )
    expect(error.message).toBe('A vault could not be asked for team/app. Give the client a region.')
  })

  it('passes on an error of Hubauth that the function throws', async () => {
    const own = new HubauthError('STORE_NOT_FOUND', 'Not here.', { details: PLACE })
    const explain = () => 'throttled' as const
    expect(await rejection(secretWith({ fetch: () => Promise.reject(own), explain }).read())).toBe(own)
  })

  it('is not found when the store has something else than text', async () => {
    for (const wrong of [undefined, null, new Uint8Array(3), 7, { key: 'x' }]) {
      const error = await errorWithCode('STORE_NOT_FOUND', secretWith({ fetch: () => wrong as never }).read())
      expect(error.message).toContain('A vault has no text in team/app')
    }
  })

  it('refuses what can be no name when it is built, and does not repeat it', () => {
    const pem = '-----BEGIN RSA PRIVATE KEY----- MIIEow'
    for (const wrong of ['', ' ', pem, 'two\nlines', 'MIIE'.repeat(397), undefined, 7]) {
      const wrongs = [
        () => secretWith({ secretId: wrong as string }),
        () => secretWith({ store: wrong as string }),
        () => secretWith({}).field(wrong as string),
      ]
      for (const work of wrongs)
        expect(work).toThrow(/^(store|secretId|field): expected a name, not what it holds\.$/)
    }
    for (const timeoutMs of [0, -1, Number.NaN]) expect(() => secretWith({ timeoutMs })).toThrow(TypeError)
  })
})

describe('a field of a stored secret', () => {
  it('is text, or a list of texts, which are lines', async () => {
    expect(await fieldIn('{"key":"a","other":1}')).toBe('a')
    expect(await fieldIn('\uFEFF\n {"key":["a","b"]}\n')).toBe('a\nb')
    expect(await fieldIn('{"key":""}')).toBe('')
    expect(await fieldIn('{"a key, with commas":"x"}', 'a key, with commas')).toBe('x')
  })

  it.each([
    ['no JSON', 'hunter2', 'no JSON document'],
    ['broken JSON', '{"key": hunter2}', 'no JSON document'],
    ['nothing', '', 'no JSON document'],
    ['a list', '["hunter2"]', 'no object'],
    ['a text', '"hunter2"', 'no object'],
    ['null', 'null', 'no object'],
    ['a number', '7', 'no object'],
    ['another field', '{"Key":"hunter2"}', 'no such field'],
    ['a number in the field', '{"key":7}', 'no text'],
    ['null in the field', '{"key":null}', 'no text'],
    ['an object in the field', '{"key":{"key":"hunter2"}}', 'no text'],
    ['a list of other things', '{"key":["hunter2",7]}', 'no text'],
  ])('is missing in %s, and the error shows nothing of it', async (_, text, why) => {
    const error = await errorWithCode('STORE_FIELD_MISSING', fieldIn(text))
    expect(error.message).toContain(`A vault does not have the field key of team/app: `)
    expect(error.message).toContain(why)
    expect(error.message).not.toContain('hunter2')
    expect(error.cause).toBeUndefined()
    expect(error.details).toEqual({ ...PLACE, field: 'key' })
  })

  it('is what the document itself says, not what every object has', async () => {
    for (const name of ['constructor', 'toString', '__proto__'])
      expect((await errorWithCode('STORE_FIELD_MISSING', fieldIn('{"key":"x"}', name))).message).toContain(
        'no such',
      )
    await errorWithCode('STORE_FIELD_MISSING', fieldIn('{"__proto__":{"key":"hunter2"}}'))
    expect(await fieldIn('{"__proto__":"x"}', '__proto__')).toBe('x')
    expect('key' in {}).toBe(false)
  })

  it('has no fields of its own', () => {
    expect(() => secretWith({}).field('a').field('b')).toThrow(TypeError)
  })
})
