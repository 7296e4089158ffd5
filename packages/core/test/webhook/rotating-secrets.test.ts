import { manualClock, signedDelivery, tamperings } from '@hubauth/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import {
  createSignatureVerifier,
  type SecretSource,
  storedSecret,
  type WebhookSecrets,
} from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { errorWithCode, hubauthError } from '../rejection.ts'

const [SIGNATURE, MINUTE_MS] = ['x-hub-signature-256', 60_000]

/** A place where a secret is kept, which can fail or hang. */
function place(text: string) {
  const state = {
    text,
    error: undefined as Error | undefined,
    gate: undefined as Promise<void> | undefined,
    reads: 0,
  }
  const source: SecretSource = {
    async read() {
      state.reads++
      const { error } = state
      await state.gate
      if (error !== undefined) throw error
      return state.text
    },
  }
  return { state, source }
}

/** Verifies deliveries on a manual clock; `sent` signs one and hands it over. */
function verifier(secrets: WebhookSecrets, options: { readonly rereadSecretsAfterMs?: number } = {}) {
  const clock = manualClock()
  const problems: unknown[] = []
  const verify = createSignatureVerifier(secrets, {
    clock,
    onError: (error) => problems.push(error),
    ...options,
  })
  const sent = (secret: string) => {
    const { body, headers } = signedDelivery({ secret })
    return verify(body, headers[SIGNATURE])
  }
  const refused = (secret: string) => errorWithCode('WEBHOOK_SIGNATURE_INVALID', sent(secret))
  return { clock, problems, verify, sent, refused }
}

describe('a webhook secret that is kept elsewhere', () => {
  it('is read at the first delivery, and remembered', async () => {
    const { state, source } = place('old')
    const { sent } = verifier(source)
    expect(state.reads).toBe(0)
    for (let index = 0; index < 3; index++) expect(await sent('old')).toBe(0)
    expect(state.reads).toBe(1)
  })

  it('is read once for all deliveries that come first', async () => {
    const { state, source } = place('old')
    const { sent } = verifier(source)
    expect(await Promise.all(Array.from({ length: 50 }, () => sent('old')))).toEqual(Array(50).fill(0))
    expect(state.reads).toBe(1)
  })

  it('is not read for deliveries that cannot be signed right', async () => {
    const { state, source } = place('old')
    const { verify } = verifier(source)
    for (const header of [undefined, '', 'sha256=', `sha1=${'0'.repeat(64)}`, `sha256=${'g'.repeat(64)}`])
      await hubauthError(verify(new Uint8Array(), header))
    expect(state.reads).toBe(0)
  })

  it.each(tamperings)('does not accept a delivery with $name', async ({ apply }) => {
    const { body, headers } = apply(signedDelivery({ secret: 'old' }))
    const { verify } = verifier(place('old').source)
    expect((await hubauthError(verify(body, headers[SIGNATURE]))).code).toMatch(/^WEBHOOK_SIGNATURE_/)
  })

  it('is read again in the background when it is old, and no delivery waits for that', async () => {
    const { state, source } = place('old')
    const { clock, sent } = verifier(source)
    await sent('old')
    await clock.advance(5 * MINUTE_MS - 1)
    await sent('old')
    expect(state.reads).toBe(1)
    await clock.advance(1)
    state.gate = new Promise(() => undefined)
    expect(await sent('old')).toBe(0)
    expect(await sent('old')).toBe(0)
    expect(state.reads).toBe(2)
  })

  it('is not accepted any more once it was replaced and read again', async () => {
    const { state, source } = place('old')
    const { clock, sent, refused } = verifier(source, { rereadSecretsAfterMs: MINUTE_MS })
    await sent('old')
    state.text = 'new'
    await clock.advance(MINUTE_MS)
    expect(await sent('old')).toBe(0)
    await clock.advance(0)
    await refused('old')
    expect(await sent('new')).toBe(0)
  })

  it('is read again at once when a signature matches nothing, and the delivery is judged by the result', async () => {
    const { state, source } = place('old')
    const { sent } = verifier(source)
    await sent('old')
    state.text = 'new'
    expect(await sent('new')).toBe(0)
    expect(state.reads).toBe(2)
  })

  it('has all deliveries judged by the result that arrive while it is read again', async () => {
    const { state, source } = place('old')
    const { clock, sent, refused } = verifier(source)
    await sent('old')
    const gate = deferred()
    state.text = 'new'
    state.gate = gate.promise
    const first = sent('new')
    await clock.advance(0)
    const others = [sent('new'), sent('new')]
    const forged = refused('forged')
    // What is known is good until something else is.
    expect(await sent('old')).toBe(0)
    gate.resolve()
    expect(await Promise.all([first, ...others])).toEqual([0, 0, 0])
    await forged
    expect(state.reads).toBe(2)
  })

  it('is read at most once in five seconds, whatever is forged', async () => {
    const { state, source } = place('old')
    const { clock, sent, refused } = verifier(source)
    await sent('old')
    await Promise.all(Array.from({ length: 1_000 }, (_, index) => refused(`forged ${index}`)))
    for (let index = 0; index < 10; index++) await refused(`forged ${index}`)
    expect(state.reads).toBe(2)
    await clock.advance(4_999)
    await refused('forged')
    expect(state.reads).toBe(2)
    await clock.advance(1)
    await refused('forged')
    expect(state.reads).toBe(3)
    await clock.setTo(clock.now() - 24 * 60 * MINUTE_MS)
    state.text = 'new'
    expect(await sent('new')).toBe(0)
  })

  it('may be several, one per line, and says which source matched, not which line', async () => {
    const sources = [place('a\n b \r\n\nc'), place('d')].map(({ source }) => source)
    const { sent, refused } = verifier(['fixed', ...sources])
    for (const [secret, index] of Object.entries({ fixed: 0, a: 1, b: 1, c: 1, d: 2 }))
      expect(await sent(secret)).toBe(index)
    for (const secret of ['', 'a\n b', ' b ', 'a\nb']) await refused(secret)
  })

  it('stays what it was while it cannot be read, and the others are followed', async () => {
    const [first, second] = [place('a'), place('b')]
    const { clock, sent, refused, problems } = verifier([first.source, second.source])
    await sent('a')
    first.state.error = new Error('down')
    second.state.text = 'c'
    expect(await sent('c')).toBe(1)
    expect(await sent('a')).toBe(0)
    await refused('b')
    expect(problems).toEqual([first.state.error])
    first.state.error = undefined
    first.state.text = 'd'
    await clock.advance(5_000)
    expect(await sent('d')).toBe(0)
    await refused('a')
  })

  it('does not keep those out that are known', async () => {
    const { state, source } = place('a')
    state.error = new Error('down')
    const { sent, refused } = verifier(['fixed', source])
    expect(await sent('fixed')).toBe(0)
    await refused('a')
  })

  it('is given up when its source hangs, and meanwhile what is known is accepted', async () => {
    const { state, source } = place('a')
    state.gate = new Promise(() => undefined)
    const { clock, sent, problems } = verifier(['fixed', source])
    const forged = Promise.all(Array.from({ length: 100 }, () => hubauthError(sent('forged'))))
    expect(await sent('fixed')).toBe(0)
    await clock.advance(10_000)
    expect(new Set((await forged).map(({ code }) => code))).toEqual(new Set(['WEBHOOK_SIGNATURE_INVALID']))
    expect(problems).toMatchObject([{ code: 'TIMEOUT' }])
    expect(state.reads).toBe(1)
    state.gate = undefined
    expect(await sent('a')).toBe(1)
    expect(clock.sleeping).toBe(0)
  })

  it('refuses an age that cannot be', () => {
    for (const rereadSecretsAfterMs of [0, -1, Number.NaN])
      expect(() => verifier(place('a').source, { rereadSecretsAfterMs })).toThrow(TypeError)
  })
})

describe('a webhook secret that cannot be read', () => {
  it('is said at the delivery, and somebody hears why, not once per delivery', async () => {
    const { state, source } = place('a')
    state.error = new Error('the store is down')
    const { clock, sent, problems } = verifier(source)
    for (let index = 0; index < 20; index++) {
      const error = await errorWithCode('WEBHOOK_SECRET_UNAVAILABLE', sent('a'))
      expect(error).toMatchObject({ status: 503, retryable: true, expose: false })
    }
    expect(problems).toEqual([state.error])
    await clock.advance(1_000)
    state.error = undefined
    expect(await sent('a')).toBe(0)
    expect(state.reads).toBe(2)
  })

  it('keeps those waiting who come while it is read again, rather than to turn them away', async () => {
    const { state, source } = place('a')
    state.error = new Error('the store is down')
    const { clock, sent } = verifier(source)
    await errorWithCode('WEBHOOK_SECRET_UNAVAILABLE', sent('a'))
    const gate = deferred()
    state.error = undefined
    state.gate = gate.promise
    await clock.advance(1_000)
    const first = sent('a')
    await clock.advance(0)
    const second = sent('a')
    gate.resolve()
    expect(await Promise.all([first, second])).toEqual([0, 0])
  })

  it.each([[''], [' '], ['\n\r\n \t'], [undefined], [null], [7]])('is none when it is %j', async (text) => {
    const { state, source } = place('')
    state.text = text as string
    const { sent, problems } = verifier({ ...source, place: { store: 'A vault', secretId: 'hook' } })
    for (const secret of ['', String(text)]) await errorWithCode('WEBHOOK_SECRET_UNAVAILABLE', sent(secret))
    expect(problems).toMatchObject([
      { code: 'SECRET_INVALID', details: { store: 'A vault', secretId: 'hook' } },
    ])
  })

  // Lines such as "{" and "-----BEGIN RSA PRIVATE KEY-----" are known to everybody, and would be secrets.
  it.each([
    ['a JSON document', JSON.stringify({ webhookSecret: 'a', other: 1 }, undefined, 2)],
    ['a JSON list', JSON.stringify(['a'], undefined, 2)],
    ['a JSON document with a mistake', '{\n  "webhookSecret": "a",\n}\n'],
    ['a JSON document that is cut off', '{\n  "webhookSecret": "a",\n  "ot'],
    ['a key', '-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----\n'],
    [
      'a long list',
      'secret\n'.repeat(1) + Array.from({ length: 101 }, (_, index) => `line ${index}`).join('\n'),
    ],
  ])('is none when it is %s: anybody could guess a line of it', async (_, text) => {
    const { sent, problems } = verifier(place(text).source)
    for (const line of text.split('\n').slice(0, 3))
      await errorWithCode('WEBHOOK_SECRET_UNAVAILABLE', sent(line.trim() || 'x'))
    expect(problems).toMatchObject([{ code: 'SECRET_INVALID' }])
  })

  it('becomes the last one that was good when it is blank or something else later', async () => {
    const { state, source } = place('a')
    const { clock, sent, problems } = verifier(source)
    await sent('a')
    for (const [index, text] of ['', '{}'].entries()) {
      state.text = text
      await clock.advance(5 * MINUTE_MS)
      await sent('a')
      await clock.advance(0)
      expect(await sent('a')).toBe(0)
      expect(problems).toHaveLength(index + 1)
    }
  })
})

describe('without a listener', () => {
  afterEach(() => {
    vi.restoreAllMocks()
  })

  it('what cannot be read is printed, at most once a minute', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const clock = manualClock()
    const fetch = () => Promise.reject(new Error('down'))
    const secrets = storedSecret({ store: 'A vault', secretId: 'hook', fetch, clock })
    const verify = createSignatureVerifier(secrets, { clock })
    const { body, headers } = signedDelivery({ secret: 'a' })
    for (let second = 0; second <= 60; second++) {
      await errorWithCode('WEBHOOK_SECRET_UNAVAILABLE', verify(body, headers[SIGNATURE]))
      await clock.advance(1_000)
    }
    expect(printed).toHaveBeenCalledTimes(2)
  })
})
