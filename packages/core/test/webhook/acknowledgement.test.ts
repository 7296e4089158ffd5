import { describe, expect, it } from 'vitest'
import { createWebhookReceiver, type WebhookReceiverOptions } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { timeline } from '../timeline.ts'
import { request, SECRET, statusIn } from './deliveries.ts'

/** A receiver with one handler that ends when the test says so. */
function slowReceiver(options: Partial<WebhookReceiverOptions> = {}) {
  const time = timeline()
  const gate = deferred()
  const reported: unknown[] = []
  const receiver = createWebhookReceiver({
    secrets: SECRET,
    clock: time.clock,
    onError: (error) => reported.push(error),
    ...options,
  })
  receiver.on('issues', () => gate.promise)
  return { time, gate, receiver, reported }
}

describe('an answer', () => {
  it('waits for the handlers for eight seconds, and not a millisecond longer', async () => {
    const { time, gate, receiver } = slowReceiver()
    const answer = receiver.receive(request())
    await time.pass(7_999)
    expect(await time.stateOf(answer)).toBe('pending')
    await time.pass(1)
    expect(await time.stateOf(answer)).toBe('fulfilled')
    const response = await answer
    expect([response.status, statusIn(response)]).toEqual([202, 'accepted'])
    gate.resolve()
    await receiver.close()
  })

  it('is 200 when the handlers are done in time, and leaves no timer behind', async () => {
    const { time, gate, receiver } = slowReceiver()
    const answer = receiver.receive(request())
    await time.pass(7_999)
    gate.resolve()
    expect((await answer).status).toBe(200)
    await time.pass(60_000)
    expect(await time.stateOf(receiver.close())).toBe('fulfilled')
  })

  it('comes at once with 0, but not before the signature was verified', async () => {
    const { time, gate, receiver } = slowReceiver({ acknowledgeAfterMs: 0 })
    expect((await receiver.receive(request({ secret: 'another' }))).status).toBe(401)
    const startedAt = time.clock.now()
    expect((await receiver.receive(request())).status).toBe(202)
    expect(time.clock.now()).toBe(startedAt)
    gate.resolve()
  })

  it('comes when the handlers are done with Infinity, however long that takes', async () => {
    const { time, gate, receiver } = slowReceiver({ acknowledgeAfterMs: Number.POSITIVE_INFINITY })
    const answer = receiver.receive(request())
    await time.pass(3_600_000)
    expect(await time.stateOf(answer)).toBe('pending')
    gate.resolve()
    expect((await answer).status).toBe(200)
  })

  it('hands the rest of the work to waitUntil, where the platform offers it', async () => {
    const { time, gate, receiver } = slowReceiver({ acknowledgeAfterMs: 0 })
    const works: Promise<unknown>[] = []
    await receiver.receive(request({}, { waitUntil: (work) => void works.push(work) }))
    expect(works).toHaveLength(1)
    expect(await time.stateOf(Promise.all(works))).toBe('pending')
    gate.resolve()
    expect(await time.stateOf(Promise.all(works))).toBe('fulfilled')
  })

  it('hands work to waitUntil that never rejects, whatever the handlers do', async () => {
    const { gate, receiver, reported } = slowReceiver({ acknowledgeAfterMs: 0 })
    const works: Promise<unknown>[] = []
    await receiver.receive(request({}, { waitUntil: (work) => void works.push(work) }))
    gate.reject(new Error('too late to tell GitHub'))
    await Promise.all(works)
    expect(reported).toEqual([new Error('too late to tell GitHub')])
  })

  it('does not bother waitUntil with work that is done', async () => {
    const { gate, receiver } = slowReceiver()
    gate.resolve()
    const works: Promise<unknown>[] = []
    await receiver.receive(request({}, { waitUntil: (work) => void works.push(work) }))
    expect(works).toEqual([])
  })

  it('never waits for a body that does not come with a success: what is not verified is not accepted', async () => {
    const { time, receiver } = slowReceiver()
    const answer = receiver.receive(request({}, { body: () => new Promise(() => undefined) }))
    await time.pass(60_000)
    const state = await time.stateOf(answer)
    const status = state === 'fulfilled' ? (await answer).status : undefined
    expect(status === undefined || status >= 400).toBe(true)
  })
})
