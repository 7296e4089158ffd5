import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { hmacVerifier as nodeVerifier } from '../../src/webhook/hmac.node.ts'
import { hmacVerifier as webVerifier } from '../../src/webhook/hmac.web.ts'

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'))

/** Secret, body and digest; the first is published by GitHub, the second is RFC 4231, test case 2. */
const VECTORS = [
  [
    "It's a Secret to Everybody",
    'Hello, World!',
    '757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
  ],
  [
    'Jefe',
    'what do ya want for nothing?',
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
  ['Grüße 世界', '{"title":"👩‍👩‍👧"}', undefined],
  ['k'.repeat(200), 'a secret longer than a block', undefined],
  ['secret', '', undefined],
] as const

describe.each([
  ['node:crypto', nodeVerifier],
  ['WebCrypto', webVerifier],
])('the HMAC of %s', (_, hmacVerifier) => {
  it.each(VECTORS)('accepts the signature of %j over %j', async (secret, body, digest) => {
    const expected = digest ?? createHmac('sha256', secret).update(body).digest('hex')
    expect(await hmacVerifier(secret)(utf8(body), hex(expected))).toBe(true)
  })

  it.each(VECTORS)('refuses the signature of %j over %j with any one byte changed', async (secret, body) => {
    const digest = createHmac('sha256', secret).update(body).digest()
    const verify = hmacVerifier(secret)
    for (let index = 0; index < digest.length; index++) {
      const forged = new Uint8Array(digest)
      forged[index] = digest.readUInt8(index) ^ 0x80
      expect(await verify(utf8(body), forged)).toBe(false)
    }
  })

  it('agrees with node:crypto on any bytes, views into larger buffers included', async () => {
    const input = {
      secret: fc.string({ minLength: 1, unit: 'grapheme' }),
      body: fc.uint8Array({ maxLength: 2_000 }),
    }
    await fc.assert(
      fc.asyncProperty(fc.record(input), async ({ secret, body }) => {
        const around = new Uint8Array([1, 2, ...body, 3])
        const view = around.subarray(2, 2 + body.length)
        const digest = createHmac('sha256', secret).update(body).digest()
        const verify = hmacVerifier(secret)
        expect(await verify(view, new Uint8Array(digest))).toBe(true)
        expect(await verify(around, new Uint8Array(digest))).toBe(false)
      }),
    )
  })

  it('verifies many at once', async () => {
    const verify = hmacVerifier('secret')
    const bodies = Array.from({ length: 50 }, (_, index) => `body ${index}`)
    const answers = bodies.map((body) =>
      verify(utf8(body), new Uint8Array(createHmac('sha256', 'secret').update(body).digest())),
    )
    expect(await Promise.all(answers)).toEqual(bodies.map(() => true))
  })
})
