import { randomBytes, randomUUID } from 'node:crypto'
import { inspect } from 'node:util'
import { HubauthError } from '@hubauth/core'
import { withoutRedis } from '@hubauth/stores/redis'
import { expectHidden } from '@hubauth/testing'
import { Queue } from 'bullmq'
import { describe, expect, it } from 'vitest'
import { anEntry, everythingIn, remember, sealWith, until } from './queues.ts'
import { redisForSuite } from './redis-for-suite.ts'

const reason = withoutRedis()

describe.skipIf(reason !== undefined)(`secrets of a queue in BullMQ${reason ? ` (${reason})` : ''}`, () => {
  const suite = redisForSuite()
  const { queues } = suite

  it('leaves no word of a payload in Redis: while it waits, runs, fails, is dead, and is done', async () => {
    const queue = queues.queue({ attempts: 2, firstBackoffMs: 1 })
    const word = randomBytes(24).toString('hex')
    const failures = [
      () => new Error(word),
      () => Object.assign(new TypeError(word), { name: word, code: word, cause: new Error(word) }),
      () => word,
      () => ({ message: word, stack: word }),
      () => new (class extends Error {})(word),
      () => undefined,
      () => null,
    ]
    for (const _ of failures)
      await queue.add(anEntry({ key: `${word}${randomUUID()}`, data: word }), remember)
    await queue.add(anEntry({ data: `good ${word}` }), remember)
    const look = async () => expectHidden(word, await everythingIn(suite.client))
    await look()
    let next = 0
    queues.handle(queue, async ({ data }) => {
      await look()
      if (data.startsWith('good')) return
      next += 1
      throw failures[next % failures.length]?.()
    })
    await until(async () => (await queue.deadLetters()).length === failures.length)
    await look()
    expectHidden(word, await queue.deadLetters())
    expect(await everythingIn(suite.client)).toContain('Failed with an error of class TypeError.')
  })

  it('keeps the message of a HubauthError, which says nothing secret, and no stack', async () => {
    const queue = queues.queue({ attempts: 1 })
    await queue.add(anEntry(), remember)
    queues.handle(queue, () => {
      throw new HubauthError('WEBHOOK_HANDLER_FAILED', 'The delivery could not be handled.')
    })
    await until(async () => (await queue.deadLetters()).length === 1)
    const [letter] = await queue.deadLetters()
    expect(letter?.reason).toMatch(/^The delivery could not be handled\./)
    expect(await everythingIn(suite.client)).not.toMatch(/\.ts:\d+/)
  })

  it('does not mistake what work rejects with for orders to BullMQ', async () => {
    const queue = queues.queue({ attempts: 2, firstBackoffMs: 1 })
    const orders = ['DelayedError', 'WaitingError', 'WaitingChildrenError', 'UnrecoverableError']
    for (const name of orders) await queue.add(anEntry({ data: name }), remember)
    let runs = 0
    queues.handle(queue, ({ data }) => {
      runs += 1
      throw Object.assign(new Error('bullmq:rateLimitExceeded'), { name: data })
    })
    await until(async () => (await queue.deadLetters()).length === orders.length)
    expect(runs).toBe(2 * orders.length)
  })

  it.each([
    ['sealed with another secret', { sealed: 'x' }],
    ['not sealed', { plain: JSON.stringify(['key', 'issues.opened', '{}']) }],
    ['of another shape', { sealed: 7 }],
    ['nothing at all', null],
  ])('reports a job that was put there by others, and never runs it: %s', async (_, data) => {
    const name = randomUUID()
    const queue = queues.queue({ name })
    const plain = new Queue(name, { connection: { url: suite.redis.url } })
    await plain.add('issues.opened', data, { attempts: 2, deduplication: { id: randomUUID(), ttl: 60_000 } })
    let runs = 0
    const { errors } = queues.handle(queue, () => (runs += 1))
    await until(async () => (await queue.deadLetters()).length === 1)
    expect(errors).toEqual([expect.objectContaining({ code: 'SEAL_BROKEN' })])
    expect(runs).toBe(0)
    await plain.close()
  })

  it('never runs the sealed delivery of one key under another', async () => {
    const name = randomUUID()
    const queue = queues.queue({ name })
    await queue.add(anEntry(), remember)
    const plain = new Queue(name, { connection: { url: suite.redis.url } })
    const [job] = await plain.getWaiting()
    await plain.add('push', job?.data, { attempts: 1, deduplication: { id: randomUUID(), ttl: 60_000 } })
    let runs = 0
    queues.handle(queue, () => (runs += 1))
    await until(async () => (await queue.deadLetters()).length === 1)
    await until(() => runs === 1)
    await plain.close()
  })

  it('opens what an old secret has sealed, while the new one seals', async () => {
    const [older, newer] = [sealWith, randomUUID() + randomUUID()]
    const name = randomUUID()
    const entries = [anEntry(), anEntry(), anEntry()] as const
    await queues.queue({ name, sealWith: older }).add(entries[0], remember)
    await queues.queue({ name, sealWith: [older, newer] }).add(entries[1], remember)
    const queue = queues.queue({ name, sealWith: [newer, older] })
    await queue.add(entries[2], remember)
    expect(await queue.add(entries[0], remember)).toBe('duplicate')
    const seen: unknown[] = []
    queues.handle(queue, (entry) => seen.push(entry))
    await until(() => seen.length === 3)
    expect(seen).toEqual(expect.arrayContaining([...entries]))
  })

  it('leaves deliveries readable when sealWith is none', async () => {
    const queue = queues.queue({ sealWith: 'none' })
    const entry = anEntry({ data: randomUUID() })
    await queue.add(entry, remember)
    expect(await everythingIn(suite.client)).toContain(entry.data)
    const seen: unknown[] = []
    queues.handle(queue, (got) => seen.push(got))
    await until(() => seen.length === 1)
    expect(seen).toEqual([entry])
  })

  it('shows the names of events, and no more, to the tools of BullMQ', async () => {
    const name = randomUUID()
    const queue = queues.queue({ name })
    await queue.add(anEntry({ name: 'push', data: randomBytes(2_000_000).toString('hex') }), remember)
    const plain = new Queue(name, { connection: { url: suite.redis.url } })
    expect(await plain.getJobCounts('waiting')).toEqual({ waiting: 1 })
    expect((await plain.getWaiting()).map((job) => job.name)).toEqual(['push'])
    await plain.close()
  })

  it('shows neither secret nor password when it is printed', () => {
    const password = randomUUID()
    const queue = queues.queue({ connection: { host: '127.0.0.1', password } })
    const shown = inspect(queue, { depth: 9, showHidden: true })
    expect(shown).not.toContain(password)
    expectHidden(sealWith, queue)
  })
})
