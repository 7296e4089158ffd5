import { strictEqual } from 'node:assert/strict'
import { signedDelivery } from '../../signed-delivery.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { DELICATE_BODIES, utf8 } from './delicate-bodies.ts'
import { expectAnswer, expectHandled, mountCase, SECRET, type WebhookMount } from './mounted-receiver.ts'

/** Which bytes arrive. @internal */
export const bodyCases: readonly ConformanceCase<WebhookMount>[] = [
  ...(['json', 'form'] as const).flatMap((contentType) =>
    Object.entries(DELICATE_BODIES[contentType]).map(([name, body]) => {
      const what = contentType === 'json' ? 'a body' : 'a form body'
      return mountCase(`hands over the exact bytes of ${what} with ${name}`, async (tools) => {
        expectAnswer(await tools.deliver({ contentType, body }), 200, 'handled')
        expectHandled(tools, body)
      })
    }),
  ),
  mountCase('hands over a body that arrives in pieces, without its length', async (tools) => {
    const body = utf8(JSON.stringify({ text: 'piece 😀 '.repeat(2_000) }))
    const delivery = signedDelivery({ secret: SECRET, body })
    expectAnswer(await tools.send({ ...delivery, chunkBytes: 1_001 }), 200, 'handled')
    expectHandled(tools, body)
  }),
  mountCase('hands over a body of 5 MiB, more than body parsers take', async (tools) => {
    const body = utf8(JSON.stringify({ text: 'x'.repeat(5 * 1_024 * 1_024) }))
    expectAnswer(await tools.deliver({ body }), 200, 'handled')
    expectHandled(tools, body)
  }),
  mountCase('reads a form body, as webhooks send it that are set to it', async (tools) => {
    const payload = { action: 'opened', title: 'a+b & c=d 😀' }
    expectAnswer(await tools.deliver({ contentType: 'form', payload }), 200, 'handled')
    strictEqual(tools.handled[0]?.payload.title, payload.title)
  }),
  mountCase('answers 400 to a form body without a payload', async ({ deliver, handled }) => {
    expectAnswer(await deliver({ contentType: 'form', body: 'other=1' }), 400, 'WEBHOOK_BODY_INVALID')
    strictEqual(handled.length, 0)
  }),
  ...Object.entries({
    'that is not JSON': '{"a":',
    'that is a JSON array': '[{}]',
    'without a byte': '',
  }).map(([name, body]) =>
    mountCase(`answers 400 to a signed body ${name}`, async ({ deliver, handled }) => {
      expectAnswer(await deliver({ body }), 400, 'WEBHOOK_BODY_INVALID')
      strictEqual(handled.length, 0)
    }),
  ),
  mountCase(
    'takes a body of the largest size, and answers 413 to one byte more',
    async ({ send, handled }) => {
      const largest = signedDelivery({ secret: SECRET, body: sized(1_000) })
      const larger = signedDelivery({ secret: SECRET, body: sized(1_001) })
      for (const options of [{}, { chunkBytes: 100 }]) {
        expectAnswer(await send({ ...larger, ...options }), 413, 'WEBHOOK_BODY_TOO_LARGE')
      }
      strictEqual(handled.length, 0)
      expectAnswer(await send({ ...largest, chunkBytes: 100 }), 200, 'handled')
    },
    { maxBytes: 1_000 },
  ),
  ...Object.entries({ 'whose length is given': {}, 'whose length is not given': { chunkBytes: 65_536 } }).map(
    ([name, options]) =>
      mountCase(
        `lets the sender of a far too large body ${name} read the 413`,
        async ({ send, deliver }) => {
          const larger = signedDelivery({ secret: SECRET, body: sized(10 * 1_024 * 1_024) })
          expectAnswer(await send({ ...larger, ...options }), 413, 'WEBHOOK_BODY_TOO_LARGE')
          expectAnswer(await deliver(), 200, 'handled')
        },
        { maxBytes: 1_000 },
      ),
  ),
]

/** A JSON object of exactly this many bytes. */
function sized(bytes: number): Uint8Array {
  return utf8(`{"text":"${'x'.repeat(bytes - '{"text":""}'.length)}"}`)
}
