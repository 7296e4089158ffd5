import { type LocalRedis, startRedis, withoutRedis } from '@hubauth/stores/redis'
import { expectHidden, hubauthError } from '@hubauth/testing'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { describe, expect, it } from 'vitest'
import { accepted, anEntry, remember, until } from './queues.ts'
import { redisForSuite } from './redis-for-suite.ts'

const reason = withoutRedis()

const clients: [string, (redis: LocalRedis) => object][] = [
  ['options', ({ url }) => ({ url })],
  ['ioredis', ({ url }) => new Redis(url, { lazyConnect: true })],
  ['node-redis', ({ url }) => createClient({ url })],
]

describe.skipIf(reason !== undefined)(
  `a queue in BullMQ without Redis${reason ? ` (${reason})` : ''}`,
  () => {
    const suite = redisForSuite({ durable: true })
    const { queues } = suite

    it.each(clients)(
      'rejects additions while Redis is away, and works again after it (%s)',
      async (_, connect) => {
        const queue = queues.queue({ connection: connect(suite.redis), timeoutMs: 3_000 })
        const [before, during, after] = [anEntry(), anEntry(), anEntry()]
        const seen: string[] = []
        expect(await queue.add(before, remember)).toBe('queued')
        await suite.redis.kill()
        const adding = Array.from({ length: 50 }, () => hubauthError(queue.add(during, remember)))
        for (const error of await Promise.all(adding)) expect(error.code).toBe('WEBHOOK_QUEUE_UNAVAILABLE')
        await suite.redis.start()
        await accepted(queue, after)
        queues.handle(queue, ({ key }) => seen.push(key))
        await until(() => seen.length === 2)
        expect(seen.toSorted()).toEqual([before.key, after.key].toSorted())
      },
    )

    it.each(clients)(
      'rejects the first addition when Redis was never there, and closes (%s)',
      async (_, connect) => {
        const gone = await startRedis()
        await gone.stop()
        const queue = queues.queue({ connection: connect(gone), timeoutMs: 500 })
        const entry = anEntry()
        const error = await hubauthError(queue.add(entry, remember))
        expect(error).toMatchObject({ code: 'WEBHOOK_QUEUE_UNAVAILABLE' })
        expect(error.message).toMatch(/Check that Redis is up/)
        expect(String((error.cause as { code?: string } | undefined)?.code)).toBe('ECONNREFUSED')
        expectHidden(entry.data, error)
        const handling = queues.handle(queue, () => undefined)
        await until(() => handling.errors.length > 0)
        await handling.close()
        await queue.close()
      },
    )

    it.each(clients)('goes on working after an outage, and reports it once (%s)', async (_, connect) => {
      const queue = queues.queue({ connection: connect(suite.redis) })
      const seen: string[] = []
      const handling = queues.handle(queue, ({ key }) => seen.push(key))
      const [first, second] = [anEntry(), anEntry()]
      await queue.add(first, remember)
      await until(() => seen.length === 1)
      await suite.redis.kill()
      await until(() => handling.errors.length > 0)
      await suite.redis.start()
      await accepted(queue, second)
      await until(() => seen.length === 2)
      expect(seen).toEqual([first.key, second.key])
      const messages = handling.errors.map(String)
      expect(new Set(messages).size).toBe(messages.length)
    })

    it.each(clients)(
      'rejects in time while Redis is silent; what Redis does late is done once (%s)',
      async (_, connect) => {
        const queue = queues.queue({ connection: connect(suite.redis), timeoutMs: 500 })
        const [known, late, lost] = [anEntry(), anEntry(), anEntry()]
        await accepted(queue, known)
        suite.redis.pause()
        const adding = Array.from({ length: 20 }, () => hubauthError(queue.add(late, remember)))
        for (const error of await Promise.all(adding)) expect(error.code).toBe('WEBHOOK_QUEUE_UNAVAILABLE')
        // On a connection that is not there yet: nothing of it is sent later.
        expect((await hubauthError(queue.add(lost, remember))).message).toMatch(
          /did not answer within 500 ms/,
        )
        suite.redis.resume()
        await accepted(queue, late)
        const seen: string[] = []
        queues.handle(queue, ({ key }) => seen.push(key))
        await until(() => seen.length === 2)
        expect(seen.toSorted()).toEqual([known.key, late.key].toSorted())
        expect(await queue.add(late, remember)).toBe('duplicate')
        expect(await queue.add(lost, remember)).toBe('queued')
        await until(() => seen.length === 3)
      },
    )

    it.each(clients)('comes to an end while Redis is silent (%s)', async (_, connect) => {
      const queue = queues.queue({ connection: connect(suite.redis), timeoutMs: 500 })
      let runs = 0
      await accepted(queue, anEntry())
      const handling = queues.handle(queue, () => (runs += 1))
      await until(() => runs === 1)
      suite.redis.pause()
      try {
        await handling.close()
        await queue.close()
      } finally {
        suite.redis.resume()
      }
    })

    it('keeps what it has accepted when Redis is killed before a worker comes', async () => {
      const queue = queues.queue()
      const entries = Array.from({ length: 100 }, () => anEntry())
      for (const entry of entries) expect(await queue.add(entry, remember)).toBe('queued')
      await suite.redis.kill()
      await suite.redis.start()
      const seen = new Set<string>()
      queues.handle(queue, ({ key }) => seen.add(key))
      await until(() => seen.size === 100)
      expect([...seen].toSorted()).toEqual(entries.map(({ key }) => key).toSorted())
      const [known = anEntry()] = entries
      await until(() =>
        queue.add(known, remember).then(
          (result) => result === 'duplicate',
          () => false,
        ),
      )
    })

    it('keeps what was being worked on when Redis is killed in the middle of it', async () => {
      const queue = queues.queue()
      const entry = anEntry()
      await queue.add(entry, remember)
      let [begun, ended] = [0, 0]
      const outage = suite.redis
      const handling = queues.handle(queue, async () => {
        begun += 1
        if (begun === 1) {
          await outage.kill()
          await outage.start()
        }
        ended += 1
      })
      await until(() => ended > 0)
      const other = anEntry()
      await accepted(queue, other)
      await until(() => ended > 1)
      await handling.close()
      expect(await queue.add(entry, remember)).toBe('duplicate')
      expect(await queue.deadLetters()).toEqual([])
    })

    it('rejects additions when Redis is full, and goes on when there is room again', async () => {
      const small = await startRedis({ args: ['--maxmemory', '4mb', '--maxmemory-policy', 'noeviction'] })
      const admin = new Redis(small.url)
      const queue = queues.queue({ connection: { url: small.url } })
      const kept = new Set<string>()
      const add = async () => {
        const entry = anEntry({ data: 'x'.repeat(100_000) })
        await queue.add(entry, remember)
        kept.add(entry.key)
      }
      const error = await hubauthError(fillUp(add))
      expect(error).toMatchObject({ code: 'WEBHOOK_QUEUE_UNAVAILABLE' })
      expect(String(error.cause)).toMatch(/OOM/)
      expectHidden('x'.repeat(20), error)
      await admin.config('SET', 'maxmemory', '0')
      await add()
      const seen = new Set<string>()
      const handling = queues.handle(queue, ({ key }) => seen.add(key))
      await until(() => seen.size === kept.size)
      expect(seen).toEqual(kept)
      await handling.close()
      await queue.close()
      admin.disconnect()
      await small.stop()
    })
  },
)

async function fillUp(add: () => Promise<void>): Promise<never> {
  for (;;) await add()
}
