import { describe, expect, it, vi } from 'vitest'
import {
  createDeliveryWorker,
  createWebhookReceiver,
  HubauthError,
  type HubauthEvent,
  memoryClaims,
  memoryQueue,
  type WebhookReceiverOptions,
  type WebhookRequest,
} from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { timeline } from '../timeline.ts'
import { request, requestWith, SECRET } from './deliveries.ts'

function observed(options: Partial<WebhookReceiverOptions> = {}) {
  const time = timeline()
  const events: HubauthEvent[] = []
  const receiver = createWebhookReceiver({
    secrets: SECRET,
    clock: time.clock,
    onError: () => undefined,
    observe: (event) => events.push(event),
    ...options,
  })
  return { time, receiver, events }
}

const ISSUE = { type: 'delivery', event: 'issues', action: 'opened', id: 'd-1', durationMs: 0 }
const down = () => Promise.reject(new Error('redis: connection refused'))
const failing = () => Promise.reject(new TypeError('no'))

interface Answer {
  readonly outcome: string
  readonly status: number
  readonly error?: string
  readonly options?: Partial<WebhookReceiverOptions>
  readonly handler?: () => unknown
}

const done = () => undefined

const ANSWERS: readonly Answer[] = [
  { outcome: 'handled', status: 200, handler: done },
  { outcome: 'ignored', status: 200 },
  { outcome: 'accepted', status: 202, handler: done, options: { acknowledgeAfterMs: 0 } },
  { outcome: 'queued', status: 202, options: { queue: memoryQueue() } },
  { outcome: 'duplicate', status: 200, handler: done, options: { claims: { claim: async () => 'handled' } } },
  {
    outcome: 'running',
    status: 409,
    error: 'WEBHOOK_ALREADY_RUNNING',
    handler: done,
    options: { claims: { claim: async () => 'running' } },
  },
  { outcome: 'failed', status: 500, error: 'WEBHOOK_HANDLER_FAILED', handler: failing },
  {
    outcome: 'failed',
    status: 503,
    error: 'WEBHOOK_QUEUE_UNAVAILABLE',
    options: { queue: { add: down, process: vi.fn() } },
  },
]

const REFUSALS: readonly (readonly [status: number, code: string, request: () => WebhookRequest])[] = [
  [405, 'WEBHOOK_METHOD_NOT_ALLOWED', () => request({}, { method: 'GET' })],
  [415, 'WEBHOOK_CONTENT_TYPE', () => requestWith({ 'content-type': 'text/plain' })],
  [400, 'WEBHOOK_HEADER_MISSING', () => requestWith({ 'x-github-event': undefined })],
  [401, 'WEBHOOK_SIGNATURE_MISSING', () => requestWith({ 'x-hub-signature-256': undefined })],
  [401, 'WEBHOOK_SIGNATURE_INVALID', () => request({ secret: 'guessed' })],
  [400, 'WEBHOOK_BODY_INVALID', () => request({ body: '{' })],
  [
    413,
    'WEBHOOK_BODY_TOO_LARGE',
    () => request({}, { body: () => Promise.reject(new HubauthError('WEBHOOK_BODY_TOO_LARGE', 'Large.')) }),
  ],
]

describe('an observer of a receiver', () => {
  it.each(ANSWERS)('is told once of an answer "$outcome" ($status)', async (answer) => {
    const { outcome, status, error, options, handler } = answer
    const { receiver, events } = observed(options)
    if (handler !== undefined) receiver.on('issues', handler)
    await receiver.receive(request({ id: 'd-1' }))
    expect(events).toEqual([{ ...ISSUE, outcome, status, error }])
  })

  it.each(REFUSALS)(
    'is told of a refusal (%d, %s), and nothing that nobody verified',
    async (status, error, make) => {
      const { receiver, events } = observed()
      await receiver.receive(make())
      const nothing = { event: undefined, action: undefined, id: undefined }
      expect(events).toEqual([
        { type: 'delivery', ...nothing, outcome: 'refused', status, error, durationMs: 0 },
      ])
    },
  )

  it('is told of pings, and of what came after the end', async () => {
    const { receiver, events } = observed()
    await receiver.receive(request({ event: 'ping', payload: {} }))
    await receiver.close()
    await receiver.receive(request())
    expect(events).toMatchObject([
      { event: 'ping', outcome: 'pong', status: 200 },
      { event: undefined, outcome: 'refused', status: 503, error: 'WEBHOOK_CLOSED' },
    ])
  })

  it('is told how long it took until the answer, also when a clock was set back', async () => {
    const { time, receiver, events } = observed({ acknowledgeAfterMs: 3_000 })
    const gate = deferred()
    receiver.on('issues', () => gate.promise)
    await time.settle(receiver.receive(request()))
    let now = 1_000
    const clock = { now: () => (now -= 100), sleep: async () => undefined }
    const backwards = observed({ clock })
    await backwards.receiver.receive(request())
    expect([...events, ...backwards.events]).toMatchObject([{ durationMs: 3_000 }, { durationMs: 0 }])
    gate.resolve()
    await receiver.close()
    expect(events).toHaveLength(1)
  })

  it('is told of a store of claims that is down, and of its return', async () => {
    let isDown = true
    const kept = memoryClaims()
    const { time, receiver, events } = observed({
      claims: { claim: (key, times) => (isDown ? down() : kept.claim(key, times)) },
    })
    receiver.on('issues', () => undefined)
    for (let count = 0; count < 5; count++) await receiver.receive(request())
    isDown = false
    await time.pass(500)
    await receiver.receive(request())
    expect(events.filter(({ type }) => type === 'store')).toMatchObject([
      { store: 'claims', state: 'down', error: { code: 'CACHE_FAILED' } },
      { store: 'claims', state: 'up', downMs: 500 },
    ])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('the exporter is down')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the exporter is down'))],
  ])('that %s changes no answer', async (_, observe) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { time, receiver } = observed({ observe })
    receiver.on('issues', () => undefined)
    expect((await receiver.receive(request())).status).toBe(200)
    expect((await receiver.receive(request({ secret: 'guessed' }))).status).toBe(401)
    await time.idle()
    expect(printed).toHaveBeenCalledTimes(2)
    printed.mockRestore()
  })
})

describe('an observer of a worker', () => {
  function working(observe?: (event: HubauthEvent) => unknown) {
    const time = timeline()
    const events: HubauthEvent[] = []
    const queue = memoryQueue({ clock: time.clock, attempts: 2 })
    const receiver = createWebhookReceiver({ secrets: SECRET, clock: time.clock, queue })
    const worker = createDeliveryWorker({
      queue,
      clock: time.clock,
      onError: () => undefined,
      observe: observe ?? ((event) => events.push(event)),
    })
    return { time, queue, receiver, worker, events }
  }

  const JOB = { type: 'job', event: 'issues', action: 'opened', id: 'd-1' }

  it('is told of every attempt: how it went, how long it took, and how long the delivery had waited', async () => {
    const { time, receiver, worker, events } = working()
    let isBroken = true
    worker.on('issues', async () => {
      await time.clock.sleep(40)
      if (isBroken) throw new HubauthError('NOT_INSTALLED', 'Nowhere.')
    })
    await receiver.receive(request({ id: 'd-1' }))
    await time.pass(2_000)
    worker.start()
    await time.pass(40)
    isBroken = false
    await time.pass(10_000)
    const [first, second] = events
    const failed = { outcome: 'failed', error: 'NOT_INSTALLED', attempt: 1, queuedMs: 2_000, durationMs: 40 }
    expect(first).toEqual({ ...JOB, ...failed })
    const handled = { outcome: 'handled', error: undefined, attempt: 2, durationMs: 40 }
    expect(second).toEqual({ ...JOB, ...handled, queuedMs: expect.any(Number) })
    expect(events).toHaveLength(2)
  })

  it('is told when a delivery becomes a dead letter, and of errors that are not of Hubauth only that', async () => {
    const { time, receiver, worker, events } = working()
    worker.on('issues', failing).start()
    await receiver.receive(request({ id: 'd-1' }))
    await time.pass(10_000)
    expect(events).toMatchObject([
      { outcome: 'failed', error: 'OTHER', attempt: 1 },
      { outcome: 'dead', error: 'OTHER', attempt: 2 },
    ])
  })

  it('is told of an entry that is no delivery', async () => {
    const { time, queue, worker, events } = working()
    worker.start()
    await queue.add({ key: 'k', name: 'anything', data: 'x' }, { rememberMs: 1 })
    await time.idle()
    expect(events).toMatchObject([
      { event: 'unknown', id: '', outcome: 'failed', error: 'WEBHOOK_BODY_INVALID' },
    ])
  })

  it('that throws fails no attempt', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { time, queue, receiver, worker } = working(() => {
      throw new Error('the exporter is down')
    })
    let runs = 0
    worker.on('issues', () => void runs++).start()
    await receiver.receive(request())
    await time.pass(60_000)
    expect([runs, queue.deadLetters.length]).toEqual([1, 0])
    printed.mockRestore()
  })
})
