import { type ChildProcess, fork } from 'node:child_process'
import { randomInt, randomUUID } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import type { QueueAttempt } from '@hubauth/core'
import { type LocalRedis, startRedis, withoutRedis } from '@hubauth/stores/redis'
import { Redis } from 'ioredis'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { BullmqQueueOptions } from '../src/index.ts'
import { accepted, anEntry, queuesOn, remember, sealWith, until } from './queues.ts'

const reason = withoutRedis()
const PROGRAM = fileURLToPath(new URL('worker-process.js', import.meta.url))

interface Message {
  readonly type: 'begun' | 'done' | 'error'
  readonly key: string
  readonly attempt: QueueAttempt
}

describe.skipIf(reason !== undefined)(`deliveries of killed workers${reason ? ` (${reason})` : ''}`, () => {
  let redis: LocalRedis
  const children: ChildProcess[] = []
  const queues = queuesOn(() => redis)
  beforeAll(async () => {
    redis = await startRedis()
  })
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL')
  })
  afterAll(async () => {
    await queues.close()
    await redis.stop()
  })

  function work(
    options: Partial<BullmqQueueOptions> & { isHolding?: boolean },
    hear: (message: Message) => void,
  ) {
    const all = { connection: { url: redis.url }, sealWith, lockMs: 1_000, ...options }
    const child = fork(PROGRAM, [JSON.stringify(all)], { execArgv: [] })
    child.on('message', hear)
    children.push(child)
    return child
  }

  it('are handled by another worker, as the same attempt', async () => {
    const name = randomUUID()
    const queue = queues.queue({ name })
    const entry = anEntry()
    await queue.add(entry, remember)
    const begun: Message[] = []
    const child = work({ name, isHolding: true }, (message) => begun.push(message))
    await until(() => begun.length === 1)
    child.kill('SIGKILL')
    const seen: unknown[] = []
    queues.handle(queue, (got, { number }) => seen.push([got, number]))
    await until(() => seen.length === 1)
    expect(seen).toEqual([[entry, 1]])
    expect(await queue.add(entry, remember)).toBe('duplicate')
  })

  it('are left by a worker that ends while Redis is away: its process ends as well', async () => {
    const own = await startRedis()
    const connection = { url: own.url }
    const messages: Message[] = []
    const options = { name: randomUUID(), connection, timeoutMs: 500, lockMs: 30_000 }
    const queue = queues.queue(options)
    const child = work(options, (message) => messages.push(message))
    await queue.add(anEntry(), remember)
    await until(() => messages.some(({ type }) => type === 'done'))
    await own.kill()
    child.send('close')
    await until(() => child.exitCode !== null)
    expect(child.exitCode).toBe(0)
    await own.stop()
  })

  it('are dead letters when eleven were killed by them, and free for a redelivery', async () => {
    const name = randomUUID()
    const queue = queues.queue({ name })
    const entry = anEntry()
    await queue.add(entry, remember)
    let isBegun = false
    const child = work({ name, isHolding: true }, ({ type }) => {
      isBegun ||= type === 'begun'
    })
    await until(() => isBegun)
    const client = new Redis(redis.url)
    const [id] = await client.lrange(`bull:${name}:active`, '0', '-1')
    // What ten workers before would have left.
    await client.hset(`bull:${name}:${id}`, { stc: 10 })
    client.disconnect()
    child.kill('SIGKILL')
    let runs = 0
    queues.handle(queue, () => (runs += 1))
    await until(async () => (await queue.deadLetters()).length === 1)
    expect(runs).toBe(0)
    expect(await queue.add(entry, remember)).toBe('queued')
    await until(() => runs === 1)
  })

  it('are each handled at least once: 2 000 of them by four workers that are killed at random', async () => {
    const name = randomUUID()
    const queue = queues.queue({ name })
    const keys = Array.from({ length: 2_000 }, () => randomUUID())
    const handled = new Set<string>()
    const hear = ({ type, key }: Message) => void (type === 'done' && handled.add(key))
    const adding = (async () => {
      for (const key of keys) await accepted(queue, anEntry({ key }))
    })()
    const workers = Array.from({ length: 4 }, () => work({ name }, hear))
    for (let killed = 0; killed < 8 && handled.size < keys.length; killed += 1) {
      const heard = handled.size
      await until(() => handled.size > heard + 20 || handled.size === keys.length)
      const at = randomInt(workers.length)
      workers[at]?.kill('SIGKILL')
      workers[at] = work({ name }, hear)
    }
    await adding
    await until(() => handled.size === keys.length)
    expect([...handled].toSorted()).toEqual(keys.toSorted())
    expect(await queue.deadLetters()).toEqual([])
  }, 90_000)

  it('are handled to their end by a worker that is closed, whose process then ends by itself', async () => {
    const name = randomUUID()
    const queue = queues.queue({ name })
    const heard: Message[] = []
    const child = work({ name }, (message) => heard.push(message))
    for (let at = 0; at < 50; at += 1) await queue.add(anEntry(), remember)
    await until(() => heard.length > 0)
    const exit = new Promise((resolve) => child.once('exit', (code) => resolve(code)))
    child.send('close')
    expect(await exit).toBe(0)
    const count = (wanted: string) => heard.filter(({ type }) => type === wanted).length
    expect(count('done')).toBe(count('begun'))
    expect(count('error')).toBe(0)
  })
})
