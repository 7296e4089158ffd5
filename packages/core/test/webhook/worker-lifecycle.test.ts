import { describe, expect, it } from 'vitest'
import { createDeliveryWorker, type DeliveryQueue } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { pipeline } from './pipeline.ts'

describe('starting and closing a worker', () => {
  it('runs nothing before it is started', async () => {
    const { time, worker, receive } = pipeline()
    let runs = 0
    worker.on('issues', () => void runs++)
    await receive()
    await time.pass(60_000)
    expect(runs).toBe(0)
  })

  it('waits for the handlers that run, and leaves the rest in the queue for another worker', async () => {
    const { time, queue, worker, receive } = pipeline()
    const gate = deferred()
    worker.on('issues', () => gate.promise).start()
    await receive()
    await time.idle()
    const closing = worker.close()
    await receive({ id: 'd-2' })
    expect(await time.stateOf(closing)).toBe('pending')
    gate.resolve()
    expect(await time.stateOf(closing)).toBe('fulfilled')
    const seen: string[] = []
    const other = createDeliveryWorker({ queue, clock: time.clock }).on(
      'issues',
      ({ id }) => void seen.push(id),
    )
    other.start()
    await time.idle()
    expect(seen).toEqual(['d-2'])
    await Promise.all([worker.close(), other.close()])
  })

  it('refuses a second start, and one after the end', async () => {
    const { worker } = pipeline()
    expect(worker.start()).toBe(worker)
    expect(() => worker.start()).toThrow(TypeError)
    await worker.close()
    expect(() => worker.start()).toThrow(TypeError)
    const { worker: unstarted } = pipeline()
    await unstarted.close()
    expect(() => unstarted.start()).toThrow(TypeError)
  })

  it('closes the process of its queue once, however often it is closed', async () => {
    let closes = 0
    const close = async () => void closes++
    const queue: DeliveryQueue = { add: async () => 'queued', process: () => ({ close }) }
    const worker = createDeliveryWorker({ queue }).start()
    await Promise.all([worker.close(), worker.close()])
    expect(closes).toBe(1)
  })

  it('reports what goes wrong with the queue itself', () => {
    const reported: unknown[] = []
    const lost = new Error('connection lost')
    const queue: DeliveryQueue = {
      add: async () => 'queued',
      process(_, { onError }) {
        onError(lost)
        return { close: async () => undefined }
      },
    }
    createDeliveryWorker({ queue, onError: (error, delivery) => reported.push([error, delivery]) }).start()
    expect(reported).toEqual([[lost, undefined]])
  })

  it.each([undefined, {}, 'redis'])('refuses %j as a queue', (wrong) => {
    const queue = wrong as unknown as DeliveryQueue
    expect(() => createDeliveryWorker({ queue })).toThrow(TypeError)
  })

  it.each(['issue opened', '.opened', '**'])('refuses the event name %j, which no event can have', (name) => {
    expect(() => pipeline().worker.on(name, () => undefined)).toThrow(TypeError)
  })
})
