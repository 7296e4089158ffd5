import { randomUUID } from 'node:crypto'
import { createDeliveryWorker, createFetchHandler, createWebhookReceiver } from '@hubauth/core'
import { withoutRedis } from '@hubauth/stores/redis'
import { signedDelivery } from '@hubauth/testing'
import { Redis } from 'ioredis'
import { describe, expect, it } from 'vitest'
import { everythingIn, type Queues, until } from './queues.ts'
import { redisForSuite } from './redis-for-suite.ts'

const reason = withoutRedis()
const secret = randomUUID()

interface Opened {
  readonly issue: { readonly title: string }
}

describe.skipIf(reason !== undefined)(
  `a receiver and a worker with BullMQ between them${reason ? ` (${reason})` : ''}`,
  () => {
    const suite = redisForSuite({ durable: true })
    const { queues } = suite

    it('answer 202 for what is in Redis, which is handled after Redis was killed', async () => {
      const name = randomUUID()
      const client = new Redis(suite.redis.url)
      const send = sender(queues.queue({ name }))
      expect(await send(signedDelivery({ secret }))).toBe(202)
      const kept = await everythingIn(client)
      expect(kept).toContain('issues.opened')
      expect(kept).not.toContain('It rains')
      client.disconnect()
      await suite.redis.kill()
      await suite.redis.start()
      const titles: string[] = []
      const worker = createDeliveryWorker({ queue: queues.queue({ name }) })
      worker.on<Opened>('issues.opened', ({ payload }) => void titles.push(payload.issue.title)).start()
      await until(() => titles.length === 1)
      await worker.close()
      expect(titles).toEqual(['It rains'])
    })

    it('answer 503 while Redis is away, and 202 to the redelivery', async () => {
      const name = randomUUID()
      const queue = queues.queue({ name, timeoutMs: 2_000 })
      const send = sender(queue)
      const delivery = signedDelivery({ secret })
      await suite.redis.kill()
      expect(await send(delivery)).toBe(503)
      await suite.redis.start()
      await until(async () => (await send(delivery)) === 202)
      let runs = 0
      const worker = createDeliveryWorker({ queue })
      worker.on('issues', () => {
        runs += 1
      })
      worker.start()
      await until(() => runs === 1)
      expect(await send(delivery)).toBe(200)
      await worker.close()
      expect(runs).toBe(1)
    })

    it('make a dead letter that says nothing of the payload, and try it again', async () => {
      const queue = queues.queue({ attempts: 2, firstBackoffMs: 1 })
      expect(await sender(queue)(signedDelivery({ secret }))).toBe(202)
      const failures: unknown[] = []
      let isBroken = true
      let runs = 0
      const worker = createDeliveryWorker({ queue, onError: (error) => void failures.push(error) })
      worker.on<Opened>('issues.opened', ({ payload }) => {
        if (isBroken) throw new Error(payload.issue.title)
        runs += 1
      })
      worker.start()
      await until(async () => (await queue.deadLetters()).length === 1)
      expect(failures).toHaveLength(2)
      const [letter] = await queue.deadLetters()
      expect(letter?.reason).toMatch(/^The delivery could not be handled\./)
      isBroken = false
      expect(await queue.retryDeadLetters()).toBe(1)
      await until(() => runs === 1)
      await worker.close()
    })
  },
)

function sender(queue: ReturnType<Queues['queue']>) {
  const receiver = createWebhookReceiver({ secrets: secret, queue, onError: () => undefined })
  const handle = createFetchHandler(receiver)
  return async (delivery: RequestInit) =>
    (await handle(new Request('https://app.example/github/webhooks', delivery))).status
}
