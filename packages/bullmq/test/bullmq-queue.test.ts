import { randomUUID } from 'node:crypto'
import { startRedis, withoutRedis } from '@hubauth/stores/redis'
import { Worker } from 'bullmq'
import { Cluster, Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { bullmqQueue } from '../src/index.ts'
import {
  allConnections,
  anEntry,
  everythingIn,
  openConnections,
  remember,
  sealWith,
  until,
} from './queues.ts'
import { redisForSuite } from './redis-for-suite.ts'

const reason = withoutRedis()

describe.skipIf(reason !== undefined)(`a queue in BullMQ${reason ? ` (${reason})` : ''}`, () => {
  const suite = redisForSuite()
  const { queues } = suite

  it('hands an entry to a worker as it was added', async () => {
    const queue = queues.queue()
    const entry = anEntry({ key: 'ключ:\u0000" 🔑', data: '{"a":"\\u2028\uFEFF"}' })
    const before = Date.now()
    const seen: unknown[] = []
    expect(await queue.add(entry, remember)).toBe('queued')
    queues.handle(queue, (got, attempt) => seen.push([got, attempt]))
    await until(() => seen.length === 1)
    expect(seen).toEqual([[entry, { number: 1, isLast: false, addedAt: expect.any(Number) }]])
    const [[, attempt]] = seen as [[unknown, { addedAt: number }]]
    expect(attempt.addedAt).toBeGreaterThanOrEqual(before)
  })

  it('queues a key once when two processes add it twenty times at once', async () => {
    const name = randomUUID()
    const both = [queues.queue({ name }), queues.queue({ name })]
    const entry = anEntry()
    const adding = Array.from({ length: 20 }, (_, at) => both[at % 2]?.add(entry, remember))
    const results = await Promise.all(adding)
    expect(results.filter((result) => result === 'queued')).toHaveLength(1)
    expect(results.filter((result) => result === 'duplicate')).toHaveLength(19)
  })

  it('remembers a key after its work is done, and keeps nothing else of it', async () => {
    const name = randomUUID()
    const queue = queues.queue({ name })
    const entry = anEntry()
    await queue.add(entry, remember)
    expect(await everythingIn(suite.client, `bull:${name}:*`)).toContain('sealed')
    let done = 0
    const handling = queues.handle(queue, () => (done += 1))
    await until(() => done === 1)
    await handling.close()
    expect(await queue.add(entry, remember)).toBe('duplicate')
    expect(await everythingIn(suite.client, `bull:${name}:*`)).not.toContain('sealed')
  })

  it('forgets a key when its time is over', async () => {
    const queue = queues.queue()
    const entry = anEntry()
    expect(await queue.add(entry, { rememberMs: 300 })).toBe('queued')
    await until(async () => (await queue.add(entry, { rememberMs: 300 })) === 'queued')
  })

  it('tries again after a failure and counts attempts, until the last one makes a dead letter', async () => {
    const queue = queues.queue({ attempts: 3, firstBackoffMs: 1 })
    const attempts: unknown[] = []
    await queue.add(anEntry(), remember)
    queues.handle(queue, (_, { number, isLast }) => {
      attempts.push([number, isLast])
      throw new TypeError('no luck')
    })
    await until(async () => (await queue.deadLetters()).length === 1)
    expect(attempts).toEqual([
      [1, false],
      [2, false],
      [3, true],
    ])
    const now = Date.now()
    const [letter] = await queue.deadLetters()
    expect(letter).toMatchObject({ name: 'issues.opened', attempts: 3 })
    expect(letter?.reason).toBe('Failed with an error of class TypeError.')
    expect(now - (letter?.failedAt ?? 0)).toBeLessThan(60_000)
    expect(letter?.failedAt).toBeGreaterThanOrEqual(letter?.addedAt ?? Number.POSITIVE_INFINITY)
  })

  it('gives the redelivery of a dead letter another chance', async () => {
    const queue = queues.queue({ attempts: 1 })
    const entry = anEntry()
    let runs = 0
    await queue.add(entry, remember)
    queues.handle(queue, () => {
      runs += 1
      if (runs === 1) throw new Error('no luck')
    })
    await until(async () => (await queue.deadLetters()).length === 1)
    const results = await Promise.all([queue.add(entry, remember), queue.add(entry, remember)])
    expect(results.toSorted()).toEqual(['duplicate', 'queued'])
    await until(() => runs === 2)
    expect(await queue.retryDeadLetters()).toBe(0)
    expect(await queue.deadLetters()).toEqual([])
    expect(runs).toBe(2)
  })

  it('gives it also when the worker was killed before it could free the key', async () => {
    const name = randomUUID()
    const queue = queues.queue({ name, attempts: 1 })
    const entry = anEntry()
    await queue.add(entry, remember)
    const plain = async () => {
      throw new Error('no luck')
    }
    const worker = new Worker(name, plain, {
      connection: { url: suite.redis.url, maxRetriesPerRequest: null },
    })
    await until(async () => (await queue.deadLetters()).length === 1)
    await worker.close()
    const adding = Array.from({ length: 20 }, () => queue.add(entry, remember))
    const results = await Promise.all(adding)
    expect(results.filter((result) => result === 'queued')).toHaveLength(1)
    expect(await queue.add(entry, remember)).toBe('duplicate')
  })

  it('queues dead letters again with all their attempts: all, or those that are named', async () => {
    const queue = queues.queue({ attempts: 2, firstBackoffMs: 1 })
    const broken = { isBroken: true }
    const seen: [string, number][] = []
    const entries = [anEntry({ data: 'a' }), anEntry({ data: 'b' }), anEntry({ data: 'c' })]
    for (const entry of entries) await queue.add(entry, remember)
    queues.handle(queue, ({ data }, { number }) => {
      if (broken.isBroken) throw new Error('no luck')
      seen.push([data, number])
    })
    await until(async () => (await queue.deadLetters()).length === 3)
    expect(await queue.deadLetters({ limit: 2 })).toHaveLength(2)
    const [latest] = await queue.deadLetters()
    broken.isBroken = false
    expect(await queue.retryDeadLetters([latest?.id ?? '', randomUUID()])).toBe(1)
    await until(() => seen.length === 1)
    expect(await queue.retryDeadLetters()).toBe(2)
    await until(() => seen.length === 3)
    expect(seen.toSorted()).toEqual([
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ])
    expect(await queue.deadLetters()).toEqual([])
    for (const entry of entries) expect(await queue.add(entry, remember)).toBe('duplicate')
  })

  it('keeps no more dead letters than it may', async () => {
    const queue = queues.queue({ attempts: 1, maxDeadLetters: 2 })
    for (let at = 0; at < 5; at += 1) await queue.add(anEntry(), remember)
    let runs = 0
    queues.handle(queue, () => {
      runs += 1
      throw new Error('no luck')
    })
    await until(() => runs === 5)
    await until(async () => (await queue.deadLetters()).length === 2)
  })

  it('waits at its close for what runs, and begins nothing more', async () => {
    const queue = queues.queue({ concurrency: 1 })
    await queue.add(anEntry(), remember)
    await queue.add(anEntry(), remember)
    let [begun, ended] = [0, 0]
    let finish: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      finish = resolve
    })
    const handling = queues.handle(queue, async () => {
      begun += 1
      await held
      ended += 1
    })
    await until(() => begun === 1)
    const closed = handling.close()
    finish()
    await closed
    expect([begun, ended]).toEqual([1, 1])
  })

  const clients: [string, () => Promise<{ connection: object; end: () => void }>][] = [
    [
      'host and port',
      async () => ({ connection: { host: '127.0.0.1', port: suite.redis.port }, end: () => undefined }),
    ],
    [
      'a client of ioredis as it is by default',
      async () => {
        const connection = new Redis(suite.redis.url)
        return { connection, end: () => connection.disconnect() }
      },
    ],
    [
      'a client of ioredis that is not connected',
      async () => ({ connection: new Redis(suite.redis.url, { lazyConnect: true }), end: () => undefined }),
    ],
    [
      'a client of node-redis',
      async () => {
        const connection = createClient({ url: suite.redis.url })
        await connection.connect()
        return { connection, end: () => connection.destroy() }
      },
    ],
    [
      'a client of node-redis that is not connected',
      async () => ({ connection: createClient({ url: suite.redis.url }), end: () => undefined }),
    ],
  ]
  it.each(clients)('works with %s, and leaves it alone', async (_, connect) => {
    const before = await openConnections(suite.client)
    const { connection, end } = await connect()
    const queue = queues.queue({ connection })
    const seen: string[] = []
    expect(await queue.add(anEntry({ data: 'one' }), remember)).toBe('queued')
    const handling = queues.handle(queue, ({ data }) => seen.push(data))
    await until(() => seen.length === 1)
    await handling.close()
    await queue.close()
    end()
    expect(seen).toEqual(['one'])
    expect(handling.errors).toEqual([])
    await until(async () => (await openConnections(suite.client)) === before)
  })

  it('is refused at construction when an option can never work', () => {
    const connection = { url: suite.redis.url }
    const build = (options: object) => () => bullmqQueue({ connection, sealWith, ...options })
    expect(build({ connection: undefined })).toThrow(TypeError)
    expect(build({ connection: suite.redis.url })).toThrow(/^connection: expected options such as/)
    expect(build({ connection: { url: suite.redis.url, keyPrefix: 'app:' } })).toThrow(/keyPrefix/)
    expect(build({ sealWith: undefined })).toThrow(/^sealWith: /)
    expect(build({ sealWith: 'short' })).toThrow(/^sealWith: /)
    expect(build({ sealWith: [] })).toThrow(/^sealWith: /)
    expect(build({ name: 'a:b' })).toThrow(/^name: /)
    expect(build({ prefix: '' })).toThrow(/^prefix: /)
    for (const option of [
      'attempts',
      'firstBackoffMs',
      'concurrency',
      'lockMs',
      'timeoutMs',
      'maxDeadLetters',
    ])
      for (const value of [0, -1, 1.5, Number.NaN, '3'])
        expect(build({ [option]: value })).toThrow(new RegExp(`^${option}: expected a whole number`))
    expect(build({ keepDeadLettersMs: 999 })).toThrow(/^keepDeadLettersMs: /)
  })

  it('connects when it is first used, and a queue that was never used closes', async () => {
    const before = await allConnections(suite.client)
    const queue = queues.queue()
    await queue.close()
    expect(await allConnections(suite.client)).toBe(before)
    await expect(queue.add(anEntry(), remember)).rejects.toThrow(/The queue is closed/)
  })

  it('works on a Redis Cluster when the prefix has a hash tag', async () => {
    const node = await startRedis({
      args: ['--cluster-enabled', 'yes', '--cluster-announce-ip', '127.0.0.1'],
    })
    const admin = new Redis(node.url)
    await admin.cluster('ADDSLOTSRANGE', 0, 16_383)
    await until(async () => String(await admin.cluster('INFO')).includes('cluster_state:ok'))
    const connection = new Cluster([{ host: '127.0.0.1', port: node.port }])
    const queue = queues.queue({ connection, prefix: '{bull}' })
    const entry = anEntry()
    let runs = 0
    expect(await queue.add(entry, remember)).toBe('queued')
    const handling = queues.handle(queue, () => (runs += 1))
    await until(() => runs === 1)
    expect(await queue.add(entry, remember)).toBe('duplicate')
    await handling.close()
    await queue.close()
    connection.disconnect()
    admin.disconnect()
    await node.stop()
  })
})
