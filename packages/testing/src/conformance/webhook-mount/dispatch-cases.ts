import { deepStrictEqual, match, strictEqual } from 'node:assert/strict'
import type { ConformanceCase } from '../conformance-case.ts'
import { heldHandler } from '../held-handler.ts'
import { PLANTED_TEXT } from '../http/planted-text.ts'
import { expectAnswer, mountCase, type WebhookMount } from './mounted-receiver.ts'

/** What handlers fail with; servers turn some of it into an answer, where they get hold of it. */
const FAILURES: Readonly<Record<string, () => unknown>> = {
  'an error that a handler throws': () => {
    throw new Error(PLANTED_TEXT)
  },
  'a promise that a handler lets reject': () => Promise.reject(new Error(PLANTED_TEXT)),
  'a string that a handler throws': () => Promise.reject(PLANTED_TEXT),
  'nothing that a handler throws': () => Promise.reject(undefined),
  'an error that has a status and is meant to be shown': () =>
    Promise.reject(
      Object.assign(new Error(PLANTED_TEXT), {
        status: 418,
        statusCode: 418,
        expose: true,
        code: PLANTED_TEXT,
      }),
    ),
  'an error that has headers': () =>
    Promise.reject(Object.assign(new Error(PLANTED_TEXT), { headers: { 'x-reason': PLANTED_TEXT } })),
  'an error that holds an answer': () =>
    Promise.reject(
      Object.assign(new Error(PLANTED_TEXT), {
        response: PLANTED_TEXT,
        getResponse: () => new Response(PLANTED_TEXT, { status: 418 }),
        getStatus: () => 418,
      }),
    ),
}

/** What becomes of a delivery. @internal */
export const dispatchCases: readonly ConformanceCase<WebhookMount>[] = [
  mountCase('hands over what the headers and the payload say of a delivery', async ({ deliver, handled }) => {
    expectAnswer(await deliver({ id: 'd-1', hookId: 7, targetId: 42 }), 200, 'handled')
    const { id, name, hookId, targetId, targetType, installationId, owner } = handled[0] ?? {}
    deepStrictEqual(
      { id, name, hookId, targetId, targetType, installationId, owner },
      {
        id: 'd-1',
        name: 'issues.opened',
        hookId: 7,
        targetId: 42,
        targetType: 'integration',
        installationId: 1,
        owner: 'acme',
      },
    )
  }),
  mountCase('answers a ping without a handler', async ({ deliver, handled }) => {
    expectAnswer(
      await deliver({ event: 'ping', payload: { zen: 'Keep it logically awesome.' } }),
      200,
      'pong',
    )
    strictEqual(handled.length, 0)
  }),
  mountCase('answers 200 to an event that nobody handles', async ({ deliver }) => {
    expectAnswer(await deliver({ event: 'watch' }), 200, 'ignored')
  }),
  ...Object.entries(FAILURES).map(([what, fail]) =>
    // That no answer holds a word of it is checked of every answer, in every case.
    mountCase(`answers 500 without a word of ${what}`, async ({ deliver, handleWith, errors }) => {
      handleWith(fail)
      expectAnswer(await deliver(), 500, 'WEBHOOK_HANDLER_FAILED')
      strictEqual(errors.length, 1)
    }),
  ),
  mountCase('answers 202 after 8 s while a slow handler goes on to its end', async (tools) => {
    const handler = heldHandler()
    tools.handleWith(handler.run)
    const answer = tools.deliver()
    strictEqual(await Promise.race([tools.clock.untilSleeping(), answer]), undefined)
    await tools.clock.advance(8_000)
    expectAnswer(await answer, 202, 'accepted')
    strictEqual(handler.finished, 0)
    handler.finish()
    await tools.receiver.close()
    strictEqual(handler.finished, 1)
  }),
  mountCase('handles a delivery that is sent twice once', async ({ deliver, handled }) => {
    expectAnswer(await deliver({ id: 'd-1' }), 200, 'handled')
    expectAnswer(await deliver({ id: 'd-1' }), 200, 'duplicate')
    strictEqual(handled.length, 1)
  }),
  mountCase('answers 409 to a duplicate while the first is handled', async (tools) => {
    const handler = heldHandler()
    tools.handleWith(handler.run)
    const first = tools.deliver({ id: 'd-1' })
    strictEqual(await Promise.race([tools.clock.untilSleeping(), first]), undefined)
    expectAnswer(await tools.deliver({ id: 'd-1' }), 409, 'WEBHOOK_ALREADY_RUNNING')
    handler.finish()
    expectAnswer(await first, 200, 'handled')
    strictEqual(tools.handled.length, 1)
  }),
  mountCase('handles a redelivery of what failed', async ({ deliver, handleWith, handled }) => {
    handleWith(() => Promise.reject(new Error('broken')))
    expectAnswer(await deliver({ id: 'd-1' }), 500, 'WEBHOOK_HANDLER_FAILED')
    handleWith(() => undefined)
    expectAnswer(await deliver({ id: 'd-1' }), 200, 'handled')
    strictEqual(handled.length, 2)
  }),
  mountCase('reports what fails after 8 s, and handles its redelivery', async (tools) => {
    const handler = heldHandler()
    tools.handleWith(handler.run)
    const answer = tools.deliver({ id: 'd-1' })
    strictEqual(await Promise.race([tools.clock.untilSleeping(), answer]), undefined)
    await tools.clock.advance(8_000)
    const failure = new Error(PLANTED_TEXT)
    handler.fail(failure)
    // 500 where nothing can go on after an answer.
    match((await answer).says ?? '', /^(accepted|WEBHOOK_HANDLER_FAILED)$/)
    await tools.clock.advance(0)
    deepStrictEqual(tools.errors, [failure])
    tools.handleWith(() => undefined)
    expectAnswer(await tools.deliver({ id: 'd-1' }), 200, 'handled')
  }),
  mountCase('handles the same delivery id for two apps', async ({ deliver, handled }) => {
    expectAnswer(await deliver({ id: 'd-1', targetId: 1 }), 200, 'handled')
    expectAnswer(await deliver({ id: 'd-1', targetId: 2 }), 200, 'handled')
    strictEqual(handled.length, 2)
  }),
  mountCase('answers 503 once the receiver is closed', async ({ deliver, receiver, handled }) => {
    await receiver.close()
    expectAnswer(await deliver(), 503, 'WEBHOOK_CLOSED')
    strictEqual(handled.length, 0)
  }),
]
