import { type BullmqQueue, type BullmqQueueOptions, bullmqQueue, type DeadLetter } from '@hubauth/bullmq'
import { createDeliveryWorker, createGitHubAuth, createWebhookReceiver, type KeySource } from '@hubauth/core'
import type { ConnectionOptions } from 'bullmq'

const key: KeySource = { sign: async () => new Uint8Array(256) }
const auth = createGitHubAuth({ appId: 1, key })
const sealWith = ['the new secret of the queue, long enough', 'the old secret of the queue, long enough']

const connections: readonly ConnectionOptions[] = [
  { url: 'redis://127.0.0.1:6379' },
  { host: '127.0.0.1', port: 6379, password: 'password', tls: {} },
]
export const queues: readonly BullmqQueue[] = connections.map((connection) =>
  bullmqQueue({ connection, sealWith }),
)

const options: BullmqQueueOptions = {
  connection: { url: 'redis://127.0.0.1:6379' },
  sealWith: 'none',
  name: 'deliveries',
  attempts: 20,
}
const queue: BullmqQueue = bullmqQueue(options)
export const receiver = createWebhookReceiver({ secrets: 'secret', queue })
export const worker = createDeliveryWorker({ queue, auth })
worker.on('issues.opened', ({ owner }, github) => github.fetch(`/orgs/${owner}/repos`))

export async function retryAll(): Promise<readonly DeadLetter[]> {
  const letters = await queue.deadLetters({ limit: 10 })
  await queue.retryDeadLetters(letters.map(({ id }) => id))
  return letters
}
// @ts-expect-error Payloads are readable in Redis only for who says so.
export const unsaid = () => bullmqQueue({ connection: { url: 'redis://127.0.0.1:6379' } })
