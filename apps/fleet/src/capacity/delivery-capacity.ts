import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { bullmqQueue } from '@hubauth/bullmq'
import { redisClaims } from '@hubauth/cache-redis'
import {
  createDeliveryWorker,
  createWebhookReceiver,
  type DeliveryQueue,
  type WebhookReceiver,
} from '@hubauth/core'
import { forEach, type MeasuredRedis, withRedis } from './measured-redis.ts'
import { type CommandCounts, commandsPer, usedBytes } from './redis-stats.ts'

const SECRET = randomBytes(32).toString('hex')
const CLAIM_MS = 259_200_000
const KB = 1_024
/** BullMQ keeps the last ten thousand events, of which a delivery has four. */
const FILLS_EVENTS = 4_000

/** What deliveries of one size take. */
export interface DeliveryCosts {
  readonly bodyBytes: number
  readonly deliveries: number
  /** In Redis, for each delivery that waits. */
  readonly queuedBytes: number
  readonly add: CommandCounts
  readonly work: CommandCounts
  /** Processor time for each delivery, over that of a receiver without a queue whose handler does nothing. */
  readonly addCpu: number
  readonly workCpu: number
}

/** Measures the queue. */
export async function deliveryCosts(bodyBytes: number, deliveries: number): Promise<DeliveryCosts> {
  return withRedis(async (measured) => {
    const queue = bullmqQueue({
      connection: { url: measured.redis.url },
      sealWith: randomBytes(32).toString('base64'),
    })
    const body = bodyOf(bodyBytes)
    const bare = createWebhookReceiver({ secrets: SECRET, claims: 'none' }).on('*', () => undefined)
    const receiver = createWebhookReceiver({ secrets: SECRET, queue })
    // Compiles, connects, and leaves what Redis keeps for an empty queue.
    await receiveAll(bare, 200, body)
    await receiveAll(receiver, 200, body)
    await workAll(measured, queue, 200)
    const bareCpu = await cpuOf(() => receiveAll(bare, deliveries, body))
    const costs = await queueCosts(measured, { queue, receiver, body, deliveries })
    await queue.close()
    const { addCpu, workCpu } = costs
    return { ...costs, bodyBytes, deliveries, addCpu: addCpu / bareCpu, workCpu: workCpu / bareCpu }
  })
}

async function queueCosts(
  measured: MeasuredRedis,
  {
    queue,
    receiver,
    body,
    deliveries,
  }: {
    readonly queue: DeliveryQueue
    readonly receiver: WebhookReceiver
    readonly body: Buffer
    readonly deliveries: number
  },
): Promise<Omit<DeliveryCosts, 'bodyBytes' | 'deliveries'>> {
  const { client } = measured
  const before = await usedBytes(client)
  let [addCpu, workCpu] = [0, 0]
  const add = await commandsPer(client, deliveries, async () => {
    addCpu = await cpuOf(() => receiveAll(receiver, deliveries, body))
  })
  const queuedBytes = ((await usedBytes(client)) - before) / deliveries
  const work = await commandsPer(client, deliveries, async () => {
    workCpu = await cpuOf(() => workAll(measured, queue, deliveries))
  })
  return { queuedBytes, add, work, addCpu, workCpu }
}

/** In Redis, for each delivery of the queue that is done, until it is forgotten. */
export async function doneBytes(deliveries: number): Promise<number> {
  return withRedis(async (measured) => {
    const { redis, client } = measured
    const queue = bullmqQueue({
      connection: { url: redis.url },
      sealWith: randomBytes(32).toString('base64'),
    })
    const receiver = createWebhookReceiver({ secrets: SECRET, queue })
    const body = bodyOf(KB)
    const pass = async (count: number) => {
      await receiveAll(receiver, count, body)
      await workAll(measured, queue, count)
      return usedBytes(client)
    }
    const before = await pass(FILLS_EVENTS)
    const bytes = ((await pass(deliveries)) - before) / deliveries
    await queue.close()
    return bytes
  })
}

/** In Redis, for each delivery that was handled without a queue. */
export async function claimBytes(deliveries: number): Promise<number> {
  return withRedis(async ({ client }) => {
    const claims = redisClaims({ client })
    const before = await usedBytes(client)
    await forEach(deliveries, async () => {
      const claim = await claims.claim(randomUUID(), { ttlMs: CLAIM_MS, runningTtlMs: 60_000 })
      if (typeof claim === 'object') await claim.complete()
    })
    return ((await usedBytes(client)) - before) / deliveries
  })
}

function receiveAll(receiver: WebhookReceiver, count: number, body: Buffer): Promise<void> {
  const signature = `sha256=${createHmac('sha256', SECRET).update(body).digest('hex')}`
  return forEach(count, async () => {
    const headers: Readonly<Record<string, string>> = {
      'content-type': 'application/json',
      'x-github-delivery': randomUUID(),
      'x-github-event': 'issues',
      'x-github-hook-id': '1',
      'x-github-hook-installation-target-id': '1',
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature-256': signature,
    }
    const { status } = await receiver.receive({
      method: 'POST',
      header: (name) => headers[name],
      body: async () => body,
    })
    if (status >= 300) throw new Error(`A delivery was answered ${status}.`)
  })
}

/** Resolves when so many were handled and the queue knows it. */
async function workAll({ client }: MeasuredRedis, queue: DeliveryQueue, count: number): Promise<void> {
  let handled = 0
  const worker = createDeliveryWorker({ queue })
    .on('*', () => {
      handled += 1
    })
    .start()
  while (handled < count || (await client.llen('bull:github-deliveries:active')) > 0) await setTimeout(20)
  await worker.close()
}

/** Processor time of this process, in microseconds. */
async function cpuOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return user + system
}

/** The payload of an issue, of many small fields. */
function bodyOf(bytes: number): Buffer {
  const labels: object[] = []
  const payload = {
    action: 'opened',
    issue: { number: 1, labels },
    repository: { id: 1, full_name: 'acme/api' },
  }
  const label = { id: 100_000_000, name: 'good first issue', color: 'ededed', default: false }
  const count = Math.floor((bytes - JSON.stringify(payload).length) / (JSON.stringify(label).length + 1))
  labels.push(...Array.from({ length: count }, () => label))
  return Buffer.from(JSON.stringify(payload))
}
