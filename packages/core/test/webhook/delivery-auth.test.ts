import { describe, expect, it } from 'vitest'
import {
  createDeliveryWorker,
  createWebhookReceiver,
  type Delivery,
  type DeliveryAuth,
  memoryQueue,
  type WebhookReceiverOptions,
} from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { timeline } from '../timeline.ts'
import { request, SECRET, statusIn } from './deliveries.ts'

/** An auth that heeds installations, and what happens to it, in order. */
function heeding(apply: (delivery: Delivery) => Promise<void> = async () => undefined) {
  const story: string[] = []
  const auth: Required<DeliveryAuth<string>> = {
    forDelivery({ id }) {
      story.push(`for ${id}`)
      return 'github'
    },
    async applyDelivery(delivery) {
      story.push(`apply ${delivery.id}`)
      await apply(delivery)
      story.push(`applied ${delivery.id}`)
    },
    heeds: ({ event }) => event === 'installation',
  }
  return { story, auth }
}

function receiving(auth: DeliveryAuth<string>, options: Partial<WebhookReceiverOptions<string>> = {}) {
  const time = timeline()
  const reported: unknown[] = []
  const receiver = createWebhookReceiver<string>({
    secrets: SECRET,
    clock: time.clock,
    onError: (error) => reported.push(error),
    auth,
    ...options,
  })
  const receive = async (event: string, id: string) =>
    statusIn(await receiver.receive(request({ event, id, payload: { installation: { id: 1 } } })))
  return { time, receiver, receive, reported }
}

describe('auth that heeds deliveries', () => {
  it('is done with a delivery before its handlers run', async () => {
    const applying = deferred()
    const { auth, story } = heeding(() => applying.promise)
    const { time, receiver, receive } = receiving(auth)
    receiver.on('installation', ({ id }) => void story.push(`handle ${id}`))
    const answer = receive('installation', 'd-1')
    await time.idle()
    expect(story).toEqual(['apply d-1'])
    applying.resolve()
    expect(await answer).toBe('handled')
    expect(story).toEqual(['apply d-1', 'applied d-1', 'for d-1', 'handle d-1'])
  })

  it('gets what has no handler, too, and no installation is made for that', async () => {
    const { auth, story } = heeding()
    const { receive } = receiving(auth)
    expect(await receive('installation', 'd-1')).toBe('handled')
    expect(story).toEqual(['apply d-1', 'applied d-1'])
  })

  it.each(['with a handler', 'without one'])('gets a delivery once, not its duplicates, %s', async (how) => {
    const { auth, story } = heeding()
    const { receiver, receive } = receiving(auth)
    if (how === 'with a handler') receiver.on('installation', () => undefined)
    await receive('installation', 'd-1')
    for (let replay = 0; replay < 5; replay++) expect(await receive('installation', 'd-1')).toBe('duplicate')
    expect(story.filter((step) => step === 'apply d-1')).toHaveLength(1)
  })

  it('gets nothing that it does not heed: that is ignored, or handled at once', async () => {
    const { auth, story } = heeding()
    const { receiver, receive } = receiving(auth)
    expect(await receive('push', 'd-1')).toBe('ignored')
    expect(await receive('ping', 'd-2')).toBe('pong')
    receiver.on('push', ({ id }) => void story.push(`handle ${id}`))
    expect(await receive('push', 'd-3')).toBe('handled')
    expect(story).toEqual(['for d-3', 'handle d-3'])
  })

  it('gets nothing that is forged', async () => {
    const { auth, story } = heeding()
    const { receiver } = receiving(auth)
    const forged = request({ event: 'installation', secret: 'guessed', payload: {} })
    expect((await receiver.receive(forged)).status).toBe(401)
    expect(story).toEqual([])
  })

  it('gets whatever has a handler when it does not say what it heeds', async () => {
    const { auth, story } = heeding()
    const { applyDelivery, forDelivery } = auth
    const { receiver, receive } = receiving({ applyDelivery, forDelivery })
    expect(await receive('installation', 'd-1')).toBe('ignored')
    receiver.on('push', () => undefined)
    expect(await receive('push', 'd-2')).toBe('handled')
    expect(story).toEqual(['apply d-2', 'applied d-2', 'for d-2'])
  })

  it('counts as a failure of the delivery when it rejects, though it never should', async () => {
    const { auth, story } = heeding(() => Promise.reject(new Error('no')))
    const { receiver, receive, reported } = receiving(auth)
    receiver.on('installation', () => void story.push('handle'))
    expect(await receive('installation', 'd-1')).toBeUndefined()
    expect([story, reported]).toEqual([['apply d-1'], [new Error('no')]])
    expect(await receive('installation', 'd-1')).not.toBe('duplicate')
  })
})

describe('auth that heeds deliveries of a queue', () => {
  it('gets them where they arrive, once they are queued, and not their duplicates', async () => {
    const { auth, story } = heeding()
    const { receive } = receiving(auth, { queue: memoryQueue() })
    expect(await receive('installation', 'd-1')).toBe('queued')
    expect(await receive('installation', 'd-1')).toBe('duplicate')
    expect(await receive('push', 'd-2')).toBe('queued')
    expect(story).toEqual(['apply d-1', 'applied d-1'])
  })

  it('gets nothing that could not be queued: its redelivery comes', async () => {
    const { auth, story } = heeding()
    const kept = memoryQueue()
    const add = () => Promise.reject(new Error('down'))
    const { receive } = receiving(auth, { queue: { add, process: kept.process.bind(kept) } })
    expect(await receive('installation', 'd-1')).toBeUndefined()
    expect(story).toEqual([])
  })

  it('gets them in every attempt of a worker before the handlers run, with or without handlers', async () => {
    const { auth, story } = heeding()
    const time = timeline()
    const queue = memoryQueue({ clock: time.clock, attempts: 2 })
    const { receive } = receiving({ forDelivery: auth.forDelivery }, { queue })
    const worker = createDeliveryWorker({ queue, auth, clock: time.clock, onError: () => undefined })
    await receive('installation', 'd-1')
    worker.start()
    await time.pass(60_000)
    expect(story.splice(0)).toEqual(['apply d-1', 'applied d-1'])
    worker.on('installation', () => Promise.reject(story.push('handle')))
    await receive('installation', 'd-2')
    await time.pass(60_000)
    const attempt = ['apply d-2', 'applied d-2', 'for d-2', 'handle']
    expect(story).toEqual([...attempt, ...attempt])
    await worker.close()
  })
})
