import { randomUUID } from 'node:crypto'
import type { QueueAttempt, QueueEntry, QueueProcess } from '@hubauth/core'
import type { LocalRedis } from '@hubauth/stores/redis'
import type { Redis } from 'ioredis'
import { type BullmqQueue, type BullmqQueueOptions, bullmqQueue } from '../src/index.ts'

export const DAY_MS = 86_400_000
export const remember = { rememberMs: DAY_MS }
/** A secret of this run. */
export const sealWith = randomUUID() + randomUUID()

/** Queues of one test file, closed by {@link Queues.close}. */
export interface Queues {
  /** A queue with a name of its own, unless one is given. */
  queue(options?: Partial<BullmqQueueOptions>): BullmqQueue
  /** Works with a queue until the test is over. */
  handle(queue: BullmqQueue, work: (entry: QueueEntry, attempt: QueueAttempt) => unknown): Handling
  close(): Promise<void>
}

export interface Handling extends QueueProcess {
  readonly errors: unknown[]
}

export function queuesOn(redis: () => LocalRedis): Queues {
  const opened: { close(): Promise<void> }[] = []
  return {
    queue(options = {}) {
      const connection = { url: redis().url }
      const queue = bullmqQueue({ connection, sealWith, name: randomUUID(), lockMs: 1_000, ...options })
      opened.push(queue)
      return queue
    },
    handle(queue, work) {
      const errors: unknown[] = []
      const onError = (error: unknown) => void errors.push(error)
      const process = queue.process(async (entry, attempt) => void (await work(entry, attempt)), { onError })
      opened.unshift(process)
      return { errors, close: () => process.close() }
    },
    async close() {
      for (const each of opened.splice(0)) await each.close()
    },
  }
}

/** An entry with a key that no other test uses. */
export function anEntry(entry: Partial<QueueEntry> = {}): QueueEntry {
  return { key: randomUUID(), name: 'issues.opened', data: '{"zen":"Keep it logically awesome."}', ...entry }
}

/** Adds an entry as GitHub's redeliveries do: again, until it is accepted. */
export function accepted(queue: BullmqQueue, entry: QueueEntry): Promise<void> {
  return until(() => queue.add(entry, remember).then(Boolean, () => false))
}

/** Waits until something is so. @throws {Error} When it is not within twenty seconds. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt; ) {
    if (await isSo()) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  throw new Error('It did not happen within 20 seconds.')
}

/** All that Redis holds under keys of a pattern, as text. */
export async function everythingIn(client: Redis, pattern = '*'): Promise<string> {
  const kept: unknown[] = []
  for (const key of await client.keys(pattern)) {
    const type = await client.type(key)
    if (type === 'hash') kept.push(key, await client.hgetall(key))
    else if (type === 'stream') kept.push(key, await client.xrange(key, '-', '+'))
    else if (type === 'list') kept.push(key, await client.lrange(key, 0, -1))
    else if (type === 'zset') kept.push(key, await client.zrange(key, '0', '-1'))
    else if (type === 'set') kept.push(key, await client.smembers(key))
    else kept.push(key, await client.get(key))
  }
  return JSON.stringify(kept)
}

/** How many connections Redis has. */
export async function openConnections(client: Redis): Promise<number> {
  return Number(/connected_clients:(\d+)/.exec(await client.info('clients'))?.[1])
}

/** How many connections Redis has ever had. */
export async function allConnections(client: Redis): Promise<number> {
  return Number(/total_connections_received:(\d+)/.exec(await client.info('stats'))?.[1])
}
