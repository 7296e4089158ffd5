import { deepStrictEqual, ok, strictEqual } from 'node:assert/strict'
import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import {
  countQueued,
  type DeliveryQueueFactory,
  type DeliveryQueueSubject,
  queueCase,
} from './delivery-queue/queue-case.ts'
import type { StoreTimeOptions } from './store-time.ts'

/** Options of {@link describeDeliveryQueue}. */
export interface DescribeDeliveryQueueOptions extends ConformanceOptions, StoreTimeOptions {}

/**
 * What every queue of deliveries must do, registered with vitest. In `real` time it waits about ten seconds in all.
 *
 * @throws {TypeError} For a skip that names no test of the suite.
 */
export function describeDeliveryQueue(
  name: string,
  factory: DeliveryQueueFactory,
  options: DescribeDeliveryQueueOptions = {},
): void {
  const subject = { factory, ...options }
  describeCases(`${name}: delivery queue`, { cases: deliveryQueueCases, subject, ...options })
}

const fail = () => Promise.reject(new Error('this work fails, as the rule has it'))

/** Everything that text can have in it, and 1 MiB of it. */
const TEXTS = ['', ' ', '\u0000\r\n\u2028"\\{}', 'é, e\u0301 and 🐙', '\uFEFF{"a":1}', 'ÿ🐙 '.repeat(262_144)]

const additions: readonly ConformanceCase<DeliveryQueueSubject>[] = [
  queueCase('keeps what is added until somebody works on it', async ({ add, watch, until, pass }) => {
    strictEqual(await add({ data: 'kept' }), 'queued')
    await pass()
    const { taken } = watch()
    await until('an attempt', () => taken.length > 0)
    strictEqual(taken[0]?.entry.data, 'kept')
  }),
  queueCase('keeps key, name and data unchanged, 1 MiB of any text', async ({ add, watch, until }) => {
    const { taken } = watch()
    for (const [index, data] of TEXTS.entries()) await add({ key: `${index}:${data.slice(0, 9)}`, data })
    await add({ name: 'repository_dispatch.deploy: "é🐙"', data: 'named' })
    await until('all attempts', () => taken.length > TEXTS.length)
    const found = taken.map(({ entry }) => entry)
    for (const [index, data] of TEXTS.entries())
      ok(
        found.some((entry) => entry.key.endsWith(`${index}:${data.slice(0, 9)}`) && entry.data === data),
        `text ${index} came back changed`,
      )
    strictEqual(found.find(({ data }) => data === 'named')?.name, 'repository_dispatch.deploy: "é🐙"')
  }),
  queueCase('queues exactly one of twenty additions of one key at once', async (tools) => {
    const { add, watch, until, pass } = tools
    const { taken } = watch()
    strictEqual(countQueued(await Promise.all(Array.from({ length: 20 }, () => add()))), 1)
    await until('an attempt', () => taken.length > 0)
    await pass()
    strictEqual(taken.length, 1)
  }),
  queueCase('answers duplicate for a key that waits, runs, or is done', async (tools) => {
    const { add, watch, until, hold } = tools
    await add()
    strictEqual(await add(), 'duplicate')
    const held = hold()
    const { taken, done } = watch(() => held.opened)
    await until('an attempt', () => taken.length > 0)
    strictEqual(await add(), 'duplicate')
    held.open()
    await until('its end', () => done.length > 0)
    strictEqual(await add(), 'duplicate')
  }),
  queueCase('answers duplicate for a key between two attempts', async ({ add, watch, until, attempts }) => {
    const { taken } = watch((_, { isLast }) => (isLast ? undefined : fail()))
    await add()
    for (let number = 1; number < attempts; number++) {
      await until(`attempt ${number}`, () => taken.length >= number)
      strictEqual(await add(), 'duplicate')
    }
  }),
  queueCase('forgets a key when its time is over, counted from its addition', async (tools) => {
    const { add, watch, until, time } = tools
    const rememberMs = time.spanMs * 4
    const { done } = watch()
    const addedAt = time.clock.now()
    await add({}, { rememberMs })
    await until('its end', () => done.length > 0)
    await time.passUntilBefore(addedAt + rememberMs)
    strictEqual(await add({}, { rememberMs }), 'duplicate')
    await time.passUntil(addedAt + rememberMs)
    strictEqual(await add({}, { rememberMs }), 'queued')
    await until('another end', () => done.length > 1)
  }),
  queueCase('keeps similar keys apart', async ({ add }) => {
    const ends = ['', ':', ':a', ':A', ':a:b', '\n', '"]', ':á', ':a\u0301', '{x}', '0']
    for (const key of ends) strictEqual(await add({ key }), 'queued')
    for (const key of ends) strictEqual(await add({ key }), 'duplicate')
  }),
]

const attempts: readonly ConformanceCase<DeliveryQueueSubject>[] = [
  queueCase('works once on an entry whose work succeeds', async ({ add, watch, until, pass }) => {
    const { taken, done } = watch()
    await add()
    await until('its end', () => done.length > 0)
    await pass()
    strictEqual(taken.length, 1)
  }),
  queueCase('tells the first attempt, and when the entry was added', async ({ add, watch, until, time }) => {
    const before = time.clock.now()
    await add()
    const after = time.clock.now()
    await time.passUntil(after + time.spanMs)
    const { taken } = watch()
    await until('an attempt', () => taken.length > 0)
    const { number, isLast, addedAt = 0 } = taken[0]?.attempt ?? {}
    deepStrictEqual([number, isLast], [1, false])
    ok(addedAt >= before && addedAt <= after, `expected ${addedAt} to be from ${before} to ${after}`)
  }),
  queueCase('works again on what failed, counts the attempts, and tells the last one', async (tools) => {
    const { add, watch, until, pass } = tools
    const { taken, done } = watch((_, { isLast }) => (isLast ? undefined : fail()))
    await add({ data: 'again' })
    await until('its end', () => done.length > 0)
    await pass()
    const numbers = Array.from({ length: tools.attempts }, (_, index) => index + 1)
    deepStrictEqual(
      taken.map(({ attempt }) => [attempt.number, attempt.isLast]),
      numbers.map((number) => [number, number === tools.attempts]),
    )
    ok(taken.every(({ entry }) => entry.data === 'again'))
  }),
  queueCase('works no more on a dead letter, and frees its key', async (tools) => {
    const { add, watch, until, pass } = tools
    const { taken } = watch(fail)
    await add()
    await until('the last attempt', () => taken.length >= tools.attempts)
    await pass()
    strictEqual(taken.length, tools.attempts)
    strictEqual(await add(), 'queued')
    strictEqual(await add(), 'duplicate')
    await until('another attempt', () => taken.length > tools.attempts)
    strictEqual(taken[tools.attempts]?.attempt.number, 1)
  }),
  queueCase('works on other entries while one waits for its next attempt', async (tools) => {
    const { add, watch, until } = tools
    const { taken, done } = watch(({ data }) => (data === 'fails' ? fail() : undefined))
    await add({ key: 'fails', data: 'fails' })
    await until('an attempt', () => taken.length > 0)
    await add({ key: 'other' })
    await until('the end of the other one', () => done.length > 0)
  }),
]

const processes: readonly ConformanceCase<DeliveryQueueSubject>[] = [
  queueCase('works on several entries at once', async ({ add, watch, until, hold }) => {
    const held = hold()
    const { taken } = watch(() => held.opened)
    for (const key of ['1', '2', '3']) await add({ key })
    await until('three attempts side by side', () => taken.length === 3)
  }),
  queueCase('gives every entry to one of several processes, and to no other', async (tools) => {
    const { add, watch, until, pass, queue, elsewhere } = tools
    const watchers = [queue, elsewhere, queue].map((where) => watch(() => pause(), where))
    const keys = Array.from({ length: 30 }, (_, index) => `:${index}`)
    await Promise.all(keys.map((key) => add({ key, data: key })))
    const ended = () => watchers.flatMap(({ done }) => done.map(({ data }) => data))
    await until('the end of all', () => ended().length >= keys.length)
    await pass()
    deepStrictEqual(ended().sort(), keys.sort())
  }),
  queueCase('works on an entry in one process at a time, also when it fails', async (tools) => {
    const { add, watch, until, queue, elsewhere } = tools
    let [running, most, ended] = [0, 0, 0]
    const work = async (isLast: boolean) => {
      most = Math.max(most, ++running)
      await pause()
      running--
      ended += isLast ? 1 : 0
      await fail()
    }
    for (const where of [queue, elsewhere]) watch((_, { isLast }) => work(isLast), where)
    await add()
    await until('the last attempt', () => ended > 0)
    deepStrictEqual([most, ended], [1, 1])
  }),
  queueCase('waits for the work under way when a process is closed', async (tools) => {
    const { add, watch, until, pass, hold } = tools
    const held = hold()
    const process = watch(() => held.opened)
    await add()
    await until('an attempt', () => process.taken.length > 0)
    let isClosed = false
    const closing = process.close().then(() => {
      isClosed = true
    })
    await pass()
    strictEqual(isClosed, false)
    held.open()
    await until('the end of close()', () => isClosed)
    await closing
    strictEqual(process.done.length, 1)
  }),
  queueCase('takes nothing more in a closed process, and leaves it to the others', async (tools) => {
    const { add, watch, until, pass, elsewhere } = tools
    const first = watch()
    await add({ key: 'before' })
    await until('the end of the first', () => first.done.length === 1)
    await first.close()
    strictEqual(await add({ key: 'after', data: 'after' }), 'queued')
    await pass()
    strictEqual(first.taken.length, 1)
    const second = watch(undefined, elsewhere)
    await until('the end of the second', () => second.done.length === 1)
    strictEqual(second.taken[0]?.entry.data, 'after')
  }),
  queueCase('goes on elsewhere with what failed in a process that was closed', async (tools) => {
    const { add, watch, until, hold, elsewhere } = tools
    const held = hold()
    const first = watch(() => held.opened.then(fail))
    await add()
    await until('the first attempt', () => first.taken.length === 1)
    held.open()
    await first.close()
    const second = watch(undefined, elsewhere)
    await until('the second attempt', () => second.done.length === 1)
    strictEqual(second.taken[0]?.attempt.number, 2)
    strictEqual(await add(), 'duplicate')
  }),
]

/** The rules themselves. @internal */
export const deliveryQueueCases: readonly ConformanceCase<DeliveryQueueSubject>[] = [
  ...additions,
  ...attempts,
  ...processes,
]

/** Work that takes a few turns, so that another process could get in between. */
async function pause(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await undefined
}
