import { deepStrictEqual, doesNotMatch, strictEqual } from 'node:assert/strict'
import type { ConformanceCase } from '../conformance-case.ts'
import { expectAnswer, mountCase, type WebhookMount } from './mounted-receiver.ts'

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
  mountCase('answers 500 without a word of what a handler threw', async ({ deliver, handleWith, errors }) => {
    handleWith(() => {
      throw new Error('database password hunter2 refused')
    })
    const response = await deliver()
    expectAnswer(response, 500, 'WEBHOOK_HANDLER_FAILED')
    doesNotMatch(`${response.body}${JSON.stringify(response.headers)}`, /hunter2/)
    strictEqual(errors.length, 1)
  }),
  mountCase('answers 202 after 8 s while a slow handler goes on to its end', async (tools) => {
    const handler = slowHandler()
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
    const handler = slowHandler()
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
  mountCase('handles the same delivery id for two apps', async ({ deliver, handled }) => {
    expectAnswer(await deliver({ id: 'd-1', targetId: 1 }), 200, 'handled')
    expectAnswer(await deliver({ id: 'd-1', targetId: 2 }), 200, 'handled')
    strictEqual(handled.length, 2)
  }),
  mountCase('handles a hundred deliveries at once', async ({ deliver, handled }) => {
    const ids = Array.from({ length: 100 }, (_, index) => `d-${index}`)
    const responses = await Promise.all(ids.map((id) => deliver({ id })))
    for (const response of responses) expectAnswer(response, 200, 'handled')
    deepStrictEqual(new Set(handled.map((delivery) => delivery.id)), new Set(ids))
  }),
  mountCase('answers 503 once the receiver is closed', async ({ deliver, receiver, handled }) => {
    await receiver.close()
    expectAnswer(await deliver(), 503, 'WEBHOOK_CLOSED')
    strictEqual(handled.length, 0)
  }),
]

interface SlowHandler {
  /** How many runs came to their end. */
  readonly finished: number
  finish(): void
  run(): Promise<void>
}

/** A handler that runs until it is told to finish. */
function slowHandler(): SlowHandler {
  let finished = 0
  let finish: () => void = () => undefined
  const told = new Promise<void>((resolve) => {
    finish = resolve
  })
  return {
    get finished() {
      return finished
    },
    finish: () => finish(),
    async run() {
      await told
      finished += 1
    },
  }
}
