import { type BullmqQueue, bullmqQueue } from '@hubauth/bullmq'
import { createDeliveryWorker, createFetchHandler, createWebhookReceiver } from '@hubauth/core'
import { Queue } from 'bullmq'
import { expect, vi } from 'vitest'
import { deliveryOf, refusesForgeries } from './deliveries.ts'
import { type Call, counter, type Expectation, ends, MINT } from './expectations.ts'
import { WEBHOOK_SECRET } from './github.ts'

type Environment = Readonly<Record<string, string>>

const LIMIT = { timeout: 20_000 }
const NO_JOBS = { waiting: 0, active: 0, delayed: 0, failed: 0 }
const LETTER = /[\w-]+ issues\.opened \d{4}-\d\d-\d\dT[\d:.]+Z The delivery could not be handled\..*/

/** Puts a delivery into the queue, once, and refuses every forged one; ends with success for a SIGTERM. */
export function queuesDeliveries(path: string): Expectation {
  return async (example) => {
    const url = (await example.url()) + path
    const delivery = deliveryOf('issues')
    const response = await fetch(url, delivery)
    expect([response.status, await response.json()], example.output).toEqual([202, { status: 'queued' }])
    await refusesForgeries(url)
    const again = await fetch(url, delivery)
    expect([again.status, await again.json()], example.output).toEqual([200, { status: 'duplicate' }])
    example.kill('SIGTERM')
    expect(await example.ended).toEqual({ status: 0, output: '' })
    expect(await jobsIn(example.environment)).toEqual({ ...NO_JOBS, waiting: 1 })
  }
}

/** Puts a delivery into its queue and handles it, once, by a call of GitHub; refuses every forged one. */
export function handlesLater(path: string, call: Call): Expectation {
  return async (example, github) => {
    const url = (await example.url()) + path
    const calls = counter(github, call)
    const delivery = deliveryOf('issues')
    const response = await fetch(url, delivery)
    expect([response.status, await response.json()], example.output).toEqual([202, { status: 'queued' }])
    await vi.waitFor(() => expect(calls(), example.output).toBe(1), LIMIT)
    await refusesForgeries(url)
    expect(await (await fetch(url, delivery)).json()).toEqual({ status: 'duplicate' })
    expect(calls()).toBe(1)
  }
}

/** Handles the delivery that is in the queue, once, by a call of GitHub; ends with success for a SIGTERM. */
export function worksOnDeliveries(call: Call): Expectation {
  return async (example, github) => {
    const counts = [MINT, call].map((one) => counter(github, one))
    await withQueue(example.environment, queueDelivery)
    await vi.waitFor(
      () =>
        expect(
          counts.map((count) => count()),
          example.output,
        ).toEqual([1, 1]),
      LIMIT,
    )
    example.kill('SIGTERM')
    expect(await example.ended).toEqual({ status: 0, output: '' })
    expect(counts.map((count) => count())).toEqual([1, 1])
    expect(await jobsIn(example.environment)).toEqual(NO_JOBS)
  }
}

/** Puts a delivery into the queue that is a dead letter after one attempt. */
export async function leaveDeadLetter(environment: Environment): Promise<void> {
  await withQueue(environment, async (queue) => {
    await queueDelivery(queue)
    const worker = createDeliveryWorker({ queue, onError: () => undefined })
    worker.on('issues.opened', () => Promise.reject(new Error('The handler of this test failed.')))
    worker.start()
    try {
      await vi.waitFor(async () => expect(await queue.deadLetters()).toHaveLength(1), LIMIT)
    } finally {
      await worker.close()
    }
  })
}

/** Prints the dead letter, without a word of what failed, has it tried again, and ends. */
export const retriesDeadLetter: Expectation = async (example, github) => {
  await ends(new RegExp(`^${LETTER.source}\n1 are tried again\n$`))(example, github)
  expect(await jobsIn(example.environment)).toEqual({ ...NO_JOBS, waiting: 1 })
}

/** Does something with the queue of an example, in which a delivery has one attempt. */
async function withQueue(
  { REDIS_URL: url = '', QUEUE_SECRET: sealWith = '' }: Environment,
  work: (queue: BullmqQueue) => Promise<void>,
): Promise<void> {
  const queue = bullmqQueue({ connection: { url }, sealWith, attempts: 1 })
  try {
    await work(queue)
  } finally {
    await queue.close()
  }
}

/** What BullMQ itself finds in the queue of an example. */
async function jobsIn({ REDIS_URL: url = '' }: Environment) {
  const queue = new Queue('github-deliveries', { connection: { url } })
  try {
    return await queue.getJobCounts('waiting', 'active', 'delayed', 'failed')
  } finally {
    await queue.close()
  }
}

async function queueDelivery(queue: BullmqQueue): Promise<void> {
  const receive = createFetchHandler(createWebhookReceiver({ secrets: WEBHOOK_SECRET, queue }))
  const { status } = await receive(new Request('http://127.0.0.1/', deliveryOf('issues')))
  expect(status).toBe(202)
}
