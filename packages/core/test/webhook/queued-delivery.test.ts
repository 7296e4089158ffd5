import { inspect } from 'node:util'
import { hubauthError, signedDelivery } from '@hubauth/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createDeliveryVerifier, type Delivery } from '../../src/index.ts'
import { parseQueuedDelivery, serializeDelivery } from '../../src/webhook/queued-delivery.ts'
import { requestOf, SECRET } from './deliveries.ts'

const verify = createDeliveryVerifier({ secrets: ['the new one', SECRET] })
const RECEIVED_AT = 1_767_225_600_123

/** Bytes of which every one may stand in a JSON text as it is. */
const rawBytes = fc.uint8Array({ maxLength: 40 }).map((bytes) => bytes.filter(isPlain))

function isPlain(byte: number): boolean {
  return byte >= 0x20 && byte !== 0x22 && byte !== 0x5c
}

const payloads = fc.record(
  {
    action: fc.oneof(fc.string({ unit: 'binary' }), fc.integer()),
    installation: fc.record({ id: fc.integer(), account: fc.record({ login: fc.string() }) }),
    more: fc.jsonValue(),
    long: fc.integer({ min: 0, max: 6_000 }).map((length) => 'é🐙'.repeat(length / 3)),
  },
  { requiredKeys: [] },
)

/** A body as GitHub writes it, or as it never would: with a byte order mark, or bytes that are no UTF-8. */
const bodies = fc.record({
  format: fc.constantFrom('json', 'form'),
  start: fc.constantFrom('', '\uFEFF', ' '),
  payload: payloads,
  raw: fc.option(rawBytes, { nil: undefined }),
})

function bytesOf({ format, start, payload, raw }: typeof bodies extends fc.Arbitrary<infer T> ? T : never) {
  const json = JSON.stringify(payload)
  const text = format === 'form' ? `payload=${encodeURIComponent(json)}` : `${start}${json}`
  if (raw === undefined) return Buffer.from(text)
  const field = format === 'form' ? [`${text}&other=`, ''] : [`${start}{"raw":"`, `","inner":${json}}`]
  return Buffer.concat([Buffer.from(field[0] ?? ''), raw, Buffer.from(field[1] ?? '')])
}

const headers = fc.record({
  id: fc.stringMatching(/^[\w-]{1,100}$/),
  event: fc.stringMatching(/^\w{1,30}$/),
  hookId: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  targetId: fc.integer({ min: 0, max: 999_999_999_999_999 }),
  targetType: fc.constantFrom('integration', 'repository', '', 'é"\\'),
})

async function deliveryOf(options: Partial<Parameters<typeof signedDelivery>[0]> = {}): Promise<Delivery> {
  return verify(requestOf(signedDelivery({ secret: SECRET, ...options })))
}

function everythingOf(delivery: Delivery): object {
  const { name, payload, body } = delivery
  return { ...delivery, name, payload, body: Buffer.from(body).toString('hex') }
}

describe('a delivery that was in a queue', () => {
  it('is the one that was put there, field by field and byte by byte', async () => {
    await fc.assert(
      fc.asyncProperty(headers, bodies, async (named, body) => {
        const contentType = body.format === 'form' ? 'form' : 'json'
        const delivery = await deliveryOf({ ...named, contentType, body: bytesOf(body) })
        const text = serializeDelivery(delivery, { format: contentType, receivedAt: RECEIVED_AT })
        const found = parseQueuedDelivery(text)
        expect(everythingOf(found.delivery)).toStrictEqual(everythingOf(delivery))
        expect(found.receivedAt).toBe(RECEIVED_AT)
      }),
      { numRuns: 200 },
    )
  })

  it('has no headers that were not there, and the one of GitHub Enterprise Server where it was', async () => {
    const signed = signedDelivery({ secret: SECRET })
    const kept = ['content-type', 'x-github-event', 'x-github-delivery', 'x-hub-signature-256']
    for (const host of [undefined, 'ghe.example']) {
      const header = (name: string) =>
        name === 'x-github-enterprise-host' ? host : kept.includes(name) ? signed.headers[name] : undefined
      const delivery = await verify(requestOf(signed, { header }))
      const text = serializeDelivery(delivery, { format: 'json', receivedAt: RECEIVED_AT })
      expect(everythingOf(parseQueuedDelivery(text).delivery)).toStrictEqual(everythingOf(delivery))
    }
  })

  it('can be read by who looks into the queue, unless it is no text', async () => {
    const arrival = { format: 'json', receivedAt: RECEIVED_AT } as const
    const text = await deliveryOf({ body: '{"title":"été"}' })
    expect(serializeDelivery(text, arrival).split('\n')[1]).toBe('{"title":"été"}')
    const noText = await deliveryOf({ body: Buffer.from('{"title":"\xff"}', 'latin1') })
    expect(serializeDelivery(noText, arrival)).not.toContain('title')
  })
})

describe('what is in a queue and no delivery', () => {
  const codeOf = async (text: string) => {
    const error = await hubauthError((async () => parseQueuedDelivery(text))())
    return error.code
  }

  it('is refused with an error, whatever it is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string({ unit: 'binary' }), fc.json()), async (text) => {
        expect(await codeOf(text)).toBe('WEBHOOK_BODY_INVALID')
      }),
    )
  })

  it('is refused when any part of a delivery is missing, of another type, or cut off', async () => {
    const delivery = await deliveryOf()
    const text = serializeDelivery(delivery, { format: 'json', receivedAt: RECEIVED_AT })
    const [head = '', body] = text.split('\n')
    const whole: Record<string, unknown> = JSON.parse(head)
    for (const part of ['version', 'receivedAt', 'format', 'secretIndex', 'headers', 'encoding'])
      for (const wrong of [undefined, null, {}, [], 'x', true]) {
        const code = await codeOf(`${JSON.stringify({ ...whole, [part]: wrong })}\n${body}`)
        expect([part, wrong, code]).toEqual([part, wrong, 'WEBHOOK_BODY_INVALID'])
      }
    for (let length = 0; length < text.length; length += 7)
      expect(await codeOf(text.slice(0, length))).toBe('WEBHOOK_BODY_INVALID')
  })

  it('is refused when a later version wrote it', async () => {
    const text = serializeDelivery(await deliveryOf(), { format: 'json', receivedAt: RECEIVED_AT })
    expect(await codeOf(text.replace('"version":1', '"version":2'))).toBe('WEBHOOK_BODY_INVALID')
  })

  it('is refused without a word of it', async () => {
    const text = '{"version":1,"receivedAt":1,"format":"json","headers":{},"encoding":"utf-8"}\n{planted'
    for (const planted of [text, 'planted', '{"planted', '["planted"]']) {
      const error = await hubauthError((async () => parseQueuedDelivery(planted))())
      expect(inspect(error, { depth: 9, showHidden: true })).not.toContain('planted')
    }
  })
})
