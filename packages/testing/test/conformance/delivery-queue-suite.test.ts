import { type Clock, type DeliveryQueue, memoryQueue, type QueueWork } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { deliveryQueueCases } from '../../src/conformance/delivery-queue-suite.ts'
import { type DeliveryQueueFactory, describeDeliveryQueue } from '../../src/index.ts'
import { brokenRules } from './broken-rules.ts'

const ATTEMPTS = 3

/** memoryQueue, unless one of these flaws is put into it. */
function flawedQueue(clock: Clock, flaw?: string): DeliveryQueue {
  const attempts = flaw === 'never tries again' ? 1 : flaw === 'tries once too often' ? 4 : ATTEMPTS
  const concurrency = flaw === 'works on one entry at a time' ? 1 : 16
  const queue = memoryQueue({ clock, attempts, concurrency, firstBackoffMs: 50 })
  const added = new Set<string>()
  let works = 0
  return {
    async add(entry, { rememberMs }) {
      const key = flaw === 'ignores the case of keys' ? entry.key.toLowerCase() : entry.key
      const data = flaw === 'normalizes text' ? entry.data.normalize() : entry.data
      if (flaw === 'forgets what nobody waits for' && works === 0) return 'queued'
      if (flaw === 'keeps the keys of dead letters' && added.has(key)) return 'duplicate'
      added.add(key)
      const result = await queue.add(
        { key, name: flaw === 'loses the name' ? '' : entry.name, data },
        { rememberMs: flaw === 'remembers for ever' ? Number.POSITIVE_INFINITY : rememberMs },
      )
      return flaw === 'calls everything queued' ? 'queued' : result
    },
    process(work, options) {
      works++
      const flawed: QueueWork = async (entry, attempt) => {
        const number = flaw === 'counts from 0' ? attempt.number - 1 : attempt.number
        const isLast = attempt.isLast && flaw !== 'never tells the last attempt'
        const addedAt = flaw === 'tells its own time' ? clock.now() : attempt.addedAt
        await work(entry, { number, isLast, addedAt })
        if (flaw === 'works twice') await work(entry, { number, isLast, addedAt })
      }
      const process = queue.process(
        flaw === 'takes failures for success' ? careless(flawed) : flawed,
        options,
      )
      if (flaw === 'goes on when it is closed') return { close: async () => undefined }
      return flaw === 'closes without waiting' ? { close: async () => void process.close() } : process
    },
  }
}

function careless(work: QueueWork): QueueWork {
  return (entry, attempt) => work(entry, attempt).catch(() => undefined)
}

function tested(flaw?: string): DeliveryQueueFactory {
  return ({ clock }) => ({ queue: flawedQueue(clock, flaw), attempts: ATTEMPTS })
}

describeDeliveryQueue('a queue', tested())
describeDeliveryQueue('a queue in real time', tested(), { time: 'real' })

describe('describeDeliveryQueue', () => {
  it.each([
    'never tries again',
    'tries once too often',
    'works on one entry at a time',
    'ignores the case of keys',
    'normalizes text',
    'forgets what nobody waits for',
    'keeps the keys of dead letters',
    'loses the name',
    'remembers for ever',
    'calls everything queued',
    'counts from 0',
    'never tells the last attempt',
    'tells its own time',
    'works twice',
    'takes failures for success',
    'goes on when it is closed',
    'closes without waiting',
  ])('fails a queue that %s', async (flaw) => {
    const broken = await brokenRules(deliveryQueueCases, { factory: tested(flaw) })
    expect(broken).not.toEqual([])
    expect(broken.length).toBeLessThan(deliveryQueueCases.length)
  })

  it('fails a queue that gives an entry to every process', async () => {
    const works = new Set<QueueWork>()
    const all: DeliveryQueueFactory = ({ clock }) => {
      works.clear()
      const queue = flawedQueue(clock)
      const process: DeliveryQueue['process'] = (work, options) => {
        works.add(work)
        const everywhere: QueueWork = async (entry, attempt) => {
          await Promise.all([...works].map((each) => each(entry, attempt)))
        }
        return queue.process(everywhere, options)
      }
      return { queue: { add: (entry, options) => queue.add(entry, options), process }, attempts: ATTEMPTS }
    }
    expect(await brokenRules(deliveryQueueCases, { factory: all })).toContain(
      'gives every entry to one of several processes, and to no other',
    )
  })
})
