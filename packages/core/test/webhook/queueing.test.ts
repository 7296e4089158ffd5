import { expectHidden, signedDelivery, tamperings } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import {
  createWebhookReceiver,
  type DeliveryQueue,
  memoryClaims,
  memoryQueue,
  type QueueEntry,
  type WebhookReceiverOptions,
} from '../../src/index.ts'
import { parseQueuedDelivery } from '../../src/webhook/queued-delivery.ts'
import { deferred } from '../deferred.ts'
import { timeline } from '../timeline.ts'
import { codeIn, request, requestOf, SECRET, statusIn } from './deliveries.ts'

const DAY_MS = 86_400_000

/** A receiver with a queue, what came to the queue, and what was reported. */
function queueing(options: Partial<WebhookReceiverOptions> & { readonly add?: DeliveryQueue['add'] } = {}) {
  const time = timeline()
  const entries: QueueEntry[] = []
  const reported: unknown[] = []
  const kept = memoryQueue({ clock: time.clock })
  const queue: DeliveryQueue = {
    add: (entry, times) => {
      entries.push(entry)
      return (options.add ?? kept.add.bind(kept))(entry, times)
    },
    process: (work, means) => kept.process(work, means),
  }
  const receiver = createWebhookReceiver({
    secrets: ['new', SECRET],
    clock: time.clock,
    onError: (error) => reported.push(error),
    queue,
    ...options,
  })
  const receive = async (options: Parameters<typeof request>[0] = {}) => {
    const response = await receiver.receive(request(options))
    return [response.status, statusIn(response) ?? codeIn(response)]
  }
  return { time, receiver, receive, entries, reported }
}

describe('a receiver with a queue', () => {
  it('answers 202 "queued" once the queue has the delivery, and never before', async () => {
    const added = deferred<'queued'>()
    const { time, receive, entries } = queueing({ add: () => added.promise })
    const answer = receive()
    await time.pass(7_999)
    expect([entries.length, await time.stateOf(answer)]).toEqual([1, 'pending'])
    added.resolve('queued')
    expect(await answer).toEqual([202, 'queued'])
  })

  it('queues what was verified: the delivery, its name, and which secret matched', async () => {
    const { time, receive, entries } = queueing()
    await receive({ id: 'd-1', hookId: 7, contentType: 'form' })
    const { delivery, receivedAt } = parseQueuedDelivery(entries[0]?.data ?? '')
    expect(delivery).toMatchObject({ id: 'd-1', hookId: 7, owner: 'acme', installationId: 1, secretIndex: 1 })
    expect(delivery.payload.repository?.full_name).toBe('acme/api')
    expect([entries[0]?.name, receivedAt]).toEqual(['issues.opened', time.clock.now()])
  })

  it('queues every event but ping, which it answers itself', async () => {
    const { receive, entries } = queueing()
    expect(await receive({ event: 'ping', payload: { zen: 'x' } })).toEqual([200, 'pong'])
    for (const event of ['push', 'installation', 'never_heard_of'])
      expect(await receive({ event, payload: {} })).toEqual([202, 'queued'])
    expect(entries.map(({ name }) => name)).toEqual(['push', 'installation', 'never_heard_of'])
  })

  it('answers a duplicate with 200 for three days, and tells apart what a claim tells apart', async () => {
    const { time, receive } = queueing()
    expect(await receive({ id: 'd-1' })).toEqual([202, 'queued'])
    await time.pass(3 * DAY_MS - 1)
    expect(await receive({ id: 'd-1' })).toEqual([200, 'duplicate'])
    const others = [{ targetId: 2 }, { hookId: 2 }, { targetType: 'repository' }, { payload: { other: 1 } }]
    for (const other of others) expect(await receive({ id: 'd-1', ...other })).toEqual([202, 'queued'])
    await time.pass(1)
    expect(await receive({ id: 'd-1' })).toEqual([202, 'queued'])
  })

  it('has keys that any queue can keep, however long the headers are that come with a signed body', async () => {
    const { receive, entries } = queueing()
    await receive({ id: 'i'.repeat(100), targetType: 't'.repeat(100) })
    expect(entries[0]?.key.length).toBeLessThanOrEqual(500)
    expect(await receive({ id: 'i'.repeat(101) })).toEqual([400, 'WEBHOOK_HEADER_MISSING'])
    expect(entries).toHaveLength(1)
  })

  it.each(tamperings)('queues no delivery with $name', async ({ apply }) => {
    const { receiver, entries } = queueing()
    expect((await receiver.receive(requestOf(apply(signedDelivery({ secret: SECRET }))))).status).toBe(401)
    expect(entries).toEqual([])
  })

  it('queues nothing that is no delivery', async () => {
    const { receive, entries } = queueing()
    expect(await receive({ body: '[]' })).toEqual([400, 'WEBHOOK_BODY_INVALID'])
    expect(entries).toEqual([])
  })
})

describe('a queue that fails', () => {
  const down = () => Promise.reject(new Error('redis: connection refused'))
  const throwing = (): never => {
    throw new Error('redis: connection refused')
  }

  it.each([
    ['rejects', down],
    ['throws', throwing],
  ])('makes the answer 503 when it %s, and the cause is reported', async (_, add) => {
    const { receive, reported } = queueing({ add })
    expect(await receive()).toEqual([503, 'WEBHOOK_QUEUE_UNAVAILABLE'])
    const cause = { message: 'redis: connection refused' }
    expect(reported).toMatchObject([{ code: 'WEBHOOK_QUEUE_UNAVAILABLE', cause }])
  })

  it('tells the sender nothing of the cause', async () => {
    const { receiver } = queueing({ add: () => Promise.reject(new Error('host db-17, password hunter2')) })
    expect((await receiver.receive(request())).body).not.toMatch(/db-17|hunter2/)
  })

  it('makes the answer 503 when it takes longer than eight seconds: GitHub gives up after ten', async () => {
    const { time, receive, reported } = queueing({ add: () => new Promise(() => undefined) })
    const answer = receive()
    await time.pass(7_999)
    expect(await time.stateOf(answer)).toBe('pending')
    await time.pass(1)
    expect(await answer).toEqual([503, 'WEBHOOK_QUEUE_UNAVAILABLE'])
    expect(reported).toMatchObject([{ cause: { code: 'TIMEOUT' } }])
  })

  it.each(['resolves', 'rejects'])('harms nobody when it %s after that', async (how) => {
    const added = deferred<'queued'>()
    const { time, receive, reported } = queueing({ add: () => added.promise })
    expect(await time.settle(receive())).toEqual([503, 'WEBHOOK_QUEUE_UNAVAILABLE'])
    if (how === 'resolves') added.resolve('queued')
    else added.reject(new Error('too late'))
    await time.idle()
    expect(reported).toHaveLength(1)
  })

  it('hides the payload that a client hangs on its errors', async () => {
    const title = 'the text of a private repository'
    const add: DeliveryQueue['add'] = async ({ data }) => {
      throw Object.assign(new Error('ERR out of memory'), { command: { name: 'hset', args: [data] } })
    }
    const { receive, reported } = queueing({ add })
    await receive({ payload: { issue: { title } } })
    expect(reported).toHaveLength(1)
    expectHidden(title, reported[0])
  })

  it('makes the answer 503 when it is full, and the redelivery is queued when it is not', async () => {
    const time = timeline()
    const queue = memoryQueue({ clock: time.clock, maxEntries: 1 })
    const { receive } = queueing({ queue, clock: time.clock })
    await receive({ id: 'd-1' })
    expect(await receive({ id: 'd-2' })).toEqual([503, 'WEBHOOK_QUEUE_UNAVAILABLE'])
    const process = queue.process(async () => undefined, { onError: () => undefined })
    await time.idle()
    expect(await receive({ id: 'd-2' })).toEqual([202, 'queued'])
    await process.close()
  })
})

describe('closing a receiver with a queue', () => {
  it('waits for what is being queued, and refuses what comes after it', async () => {
    const added = deferred<'queued'>()
    const { time, receiver, receive, entries } = queueing({ add: () => added.promise })
    const answer = receive()
    await time.idle()
    const closing = receiver.close()
    expect(await time.stateOf(closing)).toBe('pending')
    expect(await receive()).toEqual([503, 'WEBHOOK_CLOSED'])
    added.resolve('queued')
    expect(await answer).toEqual([202, 'queued'])
    expect([await time.stateOf(closing), entries.length]).toEqual(['fulfilled', 1])
  })
})

describe('the options of a receiver with a queue', () => {
  it('leave no place for a handler: it would never run', () => {
    const { receiver } = queueing()
    expect(() => receiver.on('issues', () => undefined)).toThrow(/createDeliveryWorker\(\{ queue \}\)/)
    expect(() => receiver.on('issues', () => undefined)).toThrow(TypeError)
  })

  it.each([
    { claims: memoryClaims() },
    { claims: 'none' as const },
    { acknowledgeAfterMs: 8_000 },
    { rememberMs: 0 },
  ])('refuse %j, which has no meaning there', (wrong) => {
    expect(() => queueing(wrong)).toThrow(TypeError)
  })

  it.each([{}, 'redis', null])('refuse %j as a queue', (wrong) => {
    const queue = wrong as unknown as DeliveryQueue
    expect(() => createWebhookReceiver({ secrets: SECRET, queue })).toThrow(TypeError)
  })
})
