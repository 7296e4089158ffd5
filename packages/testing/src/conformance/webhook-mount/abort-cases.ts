import { deepStrictEqual, strictEqual } from 'node:assert/strict'
import { signedDelivery } from '../../signed-delivery.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { heldHandler } from '../held-handler.ts'
import { abortUpload, type CutOff } from '../http/http-client.ts'
import { within } from '../http/within.ts'
import { expectAnswer, mountCase, SECRET, type WebhookMount } from './mounted-receiver.ts'

const BODY = JSON.stringify({ text: 'x'.repeat(100_000) })
const HALF = BODY.length / 2

const CUT_OFFS: Readonly<Record<string, CutOff>> = {
  'is cut off': { sentBytes: HALF },
  'is cut off in the middle of a piece': { sentBytes: HALF, isChunked: true },
  'is cut off before its first byte': { sentBytes: 0 },
  'is cut off before its first piece': { sentBytes: 0, isChunked: true },
  'is reset': { sentBytes: HALF, isReset: true },
}

/** Senders that go away. @internal */
export const abortCases: readonly ConformanceCase<WebhookMount>[] = [
  ...Object.entries(CUT_OFFS).map(([what, cutOff]) =>
    mountCase(`survives an upload that ${what}, and handles what comes after`, async (tools) => {
      await abortUpload(tools.url, signedDelivery({ secret: SECRET, body: BODY }), cutOff)
      expectAnswer(await tools.deliver(), 200, 'handled')
      await within(1_000, tools.answered())
      strictEqual(tools.handled.length, 1)
      // It is the sender's fault, and nothing that an application must hear of.
      deepStrictEqual(tools.errors, [])
    }),
  ),
  mountCase('survives a hundred uploads that are cut off at once', async (tools) => {
    const delivery = signedDelivery({ secret: SECRET, body: BODY })
    const cutOffs = Array.from({ length: 100 }, (_, index) => Object.values(CUT_OFFS)[index % 5])
    await Promise.all(cutOffs.map((cutOff) => abortUpload(tools.url, delivery, { sentBytes: 0, ...cutOff })))
    expectAnswer(await tools.deliver(), 200, 'handled')
    await within(1_000, tools.answered())
    strictEqual(tools.handled.length, 1)
  }),
  mountCase('lets a handler finish whose sender has gone', async (tools) => {
    const handler = heldHandler()
    tools.handleWith(handler.run)
    const gone = new AbortController()
    const delivery = signedDelivery({ secret: SECRET })
    const answer = tools.send({ ...delivery, signal: gone.signal }).then(
      () => 'answered',
      () => 'gone',
    )
    strictEqual(await Promise.race([handler.started, answer]), undefined)
    gone.abort()
    strictEqual(await answer, 'gone')
    // Two more, so that the server has seen the connection end.
    for (const event of ['ping', 'ping']) expectAnswer(await tools.deliver({ event }), 200, 'pong')
    handler.finish()
    await within(1_000, tools.answered())
    deepStrictEqual([handler.finished, tools.errors], [1, []])
    expectAnswer(await tools.send(delivery), 200, 'duplicate')
  }),
]
