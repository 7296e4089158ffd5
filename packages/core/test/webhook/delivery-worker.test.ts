import { expectHidden } from '@hubauth/testing'
import { describe, expect, it, vi } from 'vitest'
import { createWebhookReceiver, type Delivery, type DeliveryHandlers, HubauthError } from '../../src/index.ts'
import { request, SECRET } from './deliveries.ts'
import { pipeline } from './pipeline.ts'

describe('a worker', () => {
  it('runs every handler that matches, with the delivery as it came', async () => {
    const { time, worker, receive } = pipeline()
    const seen: unknown[] = []
    for (const name of ['*', 'issues', 'issues.opened', 'issues.closed', 'push'])
      worker.on(
        name,
        (delivery) => void seen.push([name, delivery.id, Buffer.from(delivery.body).toString()]),
      )
    worker.start()
    const payload = { action: 'opened', issue: { title: 'été 🐙' } }
    await receive({ id: 'd-1', payload })
    await time.idle()
    const names = ['issues.opened', 'issues', '*']
    expect(seen).toEqual(names.map((name) => [name, 'd-1', JSON.stringify(payload)]))
  })

  it('passes what auth makes of the delivery to the handlers', async () => {
    const auth = { forDelivery: ({ installationId, owner }: Delivery) => `${owner}:${installationId}` }
    const { time, worker, receive } = pipeline({ auth })
    const seen: string[] = []
    worker.on('issues.opened', (_, github) => void seen.push(github)).start()
    await receive()
    await time.idle()
    expect(seen).toEqual(['acme:1'])
  })

  it('takes the handlers of a receiver as they are', async () => {
    const handled: unknown[] = []
    const addHandlers = (to: DeliveryHandlers) =>
      to
        .on('installation.created', ({ payload }) => void handled.push(payload.installation.app_slug))
        .on<{ readonly number: number }>(
          'issues',
          ({ payload }) => void handled.push(payload.number.toFixed()),
        )
    const { time, worker, receive } = pipeline()
    addHandlers(worker)
    worker.start()
    addHandlers(createWebhookReceiver({ secrets: SECRET }))
    await receive({ payload: { number: 7 } })
    await time.idle()
    expect(handled).toEqual(['7'])
  })

  it('is done with an event that has no handler', async () => {
    const { time, worker, receive, reported, memory } = pipeline({
      auth: {
        forDelivery: () => {
          throw new Error('nobody asked')
        },
      },
    })
    worker.on('push', () => undefined).start()
    await receive()
    await time.pass(60_000)
    expect([reported, memory.deadLetters]).toEqual([[], []])
  })

  it('works on what was queued before it started', async () => {
    const { time, worker, receive } = pipeline()
    const seen: string[] = []
    worker.on('issues', ({ id }) => void seen.push(id))
    await receive({ id: 'd-1' })
    await time.pass(60_000)
    expect(seen).toEqual([])
    worker.start()
    await time.idle()
    expect(seen).toEqual(['d-1'])
  })
})

describe('a handler that fails in a worker', () => {
  it('has all handlers run again, and each failure reported with its delivery', async () => {
    const { time, worker, receive, reported } = pipeline()
    const runs: string[] = []
    let isBroken = true
    worker
      .on('issues', () => void runs.push('good'))
      .on('*', async () => {
        runs.push('bad')
        if (isBroken) throw 'first'
      })
      .start()
    await receive()
    await time.idle()
    expect(reported).toEqual([['first', 'issues.opened']])
    isBroken = false
    await time.pass(1_000)
    expect(runs).toEqual(['good', 'bad', 'good', 'bad'])
  })

  it('makes a dead letter after the last attempt, and its redelivery is queued', async () => {
    const { time, worker, receive, reported, memory } = pipeline()
    worker.on('issues', () => Promise.reject('no')).start()
    await receive({ id: 'd-1' })
    await time.idle()
    expect((await receive({ id: 'd-1' })).status).toBe(200)
    await time.pass(60_000)
    expect([reported.length, memory.deadLetters.length]).toEqual([3, 1])
    expect((await receive({ id: 'd-1' })).status).toBe(202)
  })

  it('leaves no word of what it threw, or of the payload, in what the queue keeps', async () => {
    const text = 'the text of a private repository'
    const { time, worker, receive, kept } = pipeline()
    worker
      .on('issues', ({ payload }) => {
        throw Object.assign(new Error(JSON.stringify(payload)), { payload, cause: payload })
      })
      .on('*', ({ payload }) => Promise.reject(payload))
      .start()
    await receive({ payload: { issue: { title: text } } })
    await time.idle()
    expect(kept).toMatchObject([{ code: 'WEBHOOK_HANDLER_FAILED' }])
    expectHidden(text, kept[0])
  })

  it('is reported when it is auth that fails', async () => {
    const failure = new HubauthError('ORGANIZATION_UNKNOWN', 'No app is configured.')
    const auth = {
      forDelivery: () => {
        throw failure
      },
    }
    const { time, worker, receive, reported } = pipeline({ auth })
    let runs = 0
    worker.on('issues', () => void runs++).start()
    await receive()
    await time.idle()
    expect([reported, runs]).toEqual([[[failure, 'issues.opened']], 0])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('the log is full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the log is full'))],
  ])('is tried again also when onError %s', async (_, onError) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { time, worker, receive } = pipeline({ onError })
    let runs = 0
    worker
      .on('issues', () => {
        runs++
        throw new Error('no')
      })
      .start()
    await receive()
    await time.pass(60_000)
    expect(runs).toBe(3)
    printed.mockRestore()
  })
})

describe('an entry that is no delivery', () => {
  it('is reported and fails, without a word of it, and becomes a dead letter', async () => {
    const { time, worker, queue, reported, kept, memory } = pipeline()
    const data = '{"version":1,"text":"the text of a private repository"}'
    let runs = 0
    worker.on('*', () => void runs++).start()
    await queue.add({ key: 'k', name: 'issues.opened', data }, { rememberMs: 1_000 })
    await time.pass(60_000)
    expect(reported.map(([error]) => Object(error).code)).toEqual(Array(3).fill('WEBHOOK_BODY_INVALID'))
    expect([runs, memory.deadLetters.length]).toEqual([0, 1])
    for (const one of [...kept, ...reported]) expectHidden('the text of a private repository', one)
  })
})

describe('forged deliveries', () => {
  it('reach no handler of a worker', async () => {
    const { time, worker, receiver } = pipeline()
    let runs = 0
    worker.on('*', () => void runs++).start()
    const response = await receiver.receive(request({ secret: 'guessed' }))
    await time.pass(60_000)
    expect([response.status, runs]).toEqual([401, 0])
  })
})
