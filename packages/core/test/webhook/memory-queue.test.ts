import { inspect } from 'node:util'
import { describeDeliveryQueue, hubauthError } from '@hubauth/testing'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type MemoryQueueOptions, memoryQueue, type QueueEntry } from '../../src/index.ts'
import { timeline } from '../timeline.ts'

const TIMES = { rememberMs: 3_600_000 }
const MEANS = { onError: () => undefined }
const fail = () => Promise.reject(new Error('no'))

describeDeliveryQueue('memoryQueue', ({ clock }) => ({
  queue: memoryQueue({ clock, attempts: 3 }),
  attempts: 3,
}))

function entry(key: string): QueueEntry {
  return { key, name: 'issues.opened', data: 'the text of a private repository' }
}

function queueOf(options: MemoryQueueOptions = {}) {
  const time = timeline()
  const dead: unknown[] = []
  const queue = memoryQueue({
    clock: time.clock,
    onDeadLetter: ({ key }, error) => dead.push([key, error]),
    ...options,
  })
  return { time, queue, dead }
}

afterEach(() => {
  vi.restoreAllMocks()
})

describe('memoryQueue', () => {
  it.each([
    ['as long as it says', 0, [1_000, 2_000, 4_000, 8_000]],
    ['half as long', 0.999_999, [500, 1_000, 2_000, 4_000]],
  ])('pauses twice as long after every failure, by chance %s', async (_, chance, pauses) => {
    vi.spyOn(Math, 'random').mockReturnValue(chance)
    const { time, queue, dead } = queueOf()
    queue.process(fail, MEANS)
    await queue.add(entry('a'), TIMES)
    await time.pass(3_600_000)
    const slept = time.sleeps.filter((ms) => ms > 0)
    expect(slept.map((ms) => Math.round(ms))).toEqual(pauses)
    expect(dead).toEqual([['a', new Error('no')]])
  })

  it('starts no timer while there is nothing to do: Workers have none before the first request', async () => {
    const { time, queue } = queueOf()
    queue.process(fail, MEANS)
    await time.idle()
    expect(time.sleeps).toEqual([])
  })

  it('pauses for a quarter of an hour at most', async () => {
    const { time, queue } = queueOf({ attempts: 40 })
    queue.process(fail, MEANS)
    await queue.add(entry('a'), TIMES)
    await time.pass(40 * 900_000)
    expect(time.sleeps.filter((ms) => ms > 0)).toHaveLength(39)
    expect(Math.max(...time.sleeps)).toBeLessThanOrEqual(900_000)
  })

  it('works on sixteen entries at once, and on the next when one of them is done', async () => {
    const { time, queue } = queueOf()
    const ends: (() => void)[] = []
    queue.process(() => new Promise((resolve) => ends.push(resolve)), MEANS)
    for (let index = 0; index < 20; index++) await queue.add(entry(`${index}`), TIMES)
    await time.idle()
    expect(ends).toHaveLength(16)
    ends[3]?.()
    await time.idle()
    expect(ends).toHaveLength(17)
  })

  it('starts no work in the turn of an addition: the answer to GitHub comes first', async () => {
    const queue = memoryQueue()
    let isStarted = false
    const process = queue.process(async () => {
      isStarted = true
    }, MEANS)
    await queue.add(entry('a'), TIMES)
    for (let turn = 0; turn < 100; turn++) await undefined
    expect(isStarted).toBe(false)
    await vi.waitUntil(() => isStarted)
    await process.close()
  })

  it('refuses what it has no room for, whether that waits, runs, or pauses', async () => {
    const { time, queue } = queueOf({ maxEntries: 2, attempts: 2 })
    const full = async (key: string) => (await hubauthError(queue.add(entry(key), TIMES))).code
    for (const key of ['a', 'b']) await queue.add(entry(key), TIMES)
    expect(await full('c')).toBe('WEBHOOK_QUEUE_UNAVAILABLE')
    queue.process(fail, MEANS)
    await time.idle()
    expect(await full('c')).toBe('WEBHOOK_QUEUE_UNAVAILABLE')
    await time.pass(60_000)
    expect(await queue.add(entry('c'), TIMES)).toBe('queued')
  })

  it('keeps the last hundred dead letters, and tells of each', async () => {
    const { time, queue, dead } = queueOf({ attempts: 1 })
    queue.process(fail, MEANS)
    for (let index = 0; index < 130; index++) await queue.add(entry(`${index}`), TIMES)
    await time.idle()
    expect(dead).toHaveLength(130)
    expect(queue.deadLetters.map(({ key }) => key)).toEqual(
      Array.from({ length: 100 }, (_, index) => `${index + 30}`),
    )
  })

  it('goes on when onDeadLetter throws', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const { time, queue } = queueOf({
      attempts: 1,
      onDeadLetter: () => {
        throw new Error('the disk is full')
      },
    })
    queue.process(fail, MEANS)
    for (const key of ['a', 'b']) await queue.add(entry(key), TIMES)
    await time.idle()
    expect(queue.deadLetters).toHaveLength(2)
  })

  it('leaves no timer behind when the last process was closed', async () => {
    const { time, queue } = queueOf()
    const [one, other] = [queue.process(fail, MEANS), queue.process(fail, MEANS)]
    await queue.add(entry('a'), TIMES)
    await time.idle()
    await one.close()
    expect(time.sleeping).toBe(1)
    await other.close()
    await time.idle()
    expect(time.sleeping).toBe(0)
  })

  it('prints no entry with itself', async () => {
    const { time, queue } = queueOf({ attempts: 1 })
    const process = queue.process(fail, MEANS)
    await queue.add(entry('a'), TIMES)
    await time.idle()
    await process.close()
    await queue.add(entry('b'), TIMES)
    for (const text of [inspect(queue, { depth: 9, showHidden: true }), JSON.stringify(queue)])
      expect(text).not.toContain('private repository')
  })

  it.each([
    { attempts: 0 },
    { concurrency: 1.5 },
    { maxEntries: -1 },
    { firstBackoffMs: Number.NaN },
    { firstBackoffMs: -1 },
  ])('refuses %j', (wrong) => {
    expect(() => memoryQueue(wrong)).toThrow(TypeError)
  })
})
