import { ok, strictEqual } from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import type { DeliveryQueue, QueueAttempt, QueueEntry, QueueProcess } from '@hubauth/core'
import type { ConformanceCase } from '../conformance-case.ts'
import { type Gate, gate } from '../held-handler.ts'
import { type StoreContext, type StoreTime, type StoreTimeOptions, storeTime } from '../store-time.ts'

/** A queue to be tested. It pauses at most a tenth of a second between attempts, or ten seconds by a manual clock. */
export interface TestedQueue {
  readonly queue: DeliveryQueue
  /** The same queue as another process has it. Default `queue`. */
  readonly elsewhere?: DeliveryQueue | undefined
  /** How often it works on an entry in all; three or more. */
  readonly attempts: number
  /** Lets go of connections when the rule was tried. */
  close?(): Promise<void>
}

/** Makes an empty queue for one test. */
export type DeliveryQueueFactory = (context: StoreContext) => TestedQueue | Promise<TestedQueue>

/** @internal */
export interface DeliveryQueueSubject extends StoreTimeOptions {
  readonly factory: DeliveryQueueFactory
}

/** What a rule does with an entry. */
type Work = (entry: QueueEntry, attempt: QueueAttempt) => unknown

/** One attempt that was made. */
interface Taken {
  readonly entry: QueueEntry
  readonly attempt: QueueAttempt
}

/** A process whose attempts are written down. */
interface WatchedProcess extends QueueProcess {
  readonly taken: readonly Taken[]
  /** Entries that succeeded. */
  readonly done: readonly QueueEntry[]
}

/** What a rule works with. */
export interface QueueTools {
  readonly queue: DeliveryQueue
  readonly elsewhere: DeliveryQueue
  readonly attempts: number
  readonly time: StoreTime
  /** Adds an entry whose key no other test uses. */
  add(entry?: Partial<QueueEntry>, options?: { readonly rememberMs?: number }): Promise<string>
  /** Starts a process, which the end of the rule closes. Default: in `queue`, with work that succeeds. */
  watch(work?: Work, queue?: DeliveryQueue): WatchedProcess
  /** A gate, which the end of the rule opens. */
  hold(): Gate
  /** Lets time pass until something is so. @throws {AssertionError} When that takes ten seconds. */
  until(what: string, isSo: () => boolean): Promise<void>
  /** Lets so much time pass that whatever was going to happen has happened. */
  pass(): Promise<void>
}

const STEPS = 250
const HOUR_MS = 3_600_000

/** A rule about queues. */
export function queueCase(
  name: string,
  rule: (tools: QueueTools) => Promise<void>,
): ConformanceCase<DeliveryQueueSubject> {
  return {
    name,
    async run({ factory, ...options }) {
      const time = storeTime(options)
      const tested = await factory({ clock: time.clock })
      const [gates, processes]: [Gate[], QueueProcess[]] = [[], []]
      try {
        await rule(toolsOf(tested, { time, gates, processes }))
      } finally {
        for (const { open } of gates) open()
        await Promise.all(processes.map((process) => process.close()))
        await tested.close?.()
      }
    },
  }
}

function toolsOf(
  { queue, elsewhere = queue, attempts }: TestedQueue,
  means: { readonly time: StoreTime; readonly gates: Gate[]; readonly processes: QueueProcess[] },
): QueueTools {
  const { time, gates, processes } = means
  const prefix = `conformance\n${randomUUID()}`
  return {
    queue,
    elsewhere,
    attempts,
    time,
    add: ({ key = '', name = 'issues.opened', data = 'data' } = {}, { rememberMs = HOUR_MS } = {}) =>
      queue.add({ key: `${prefix}${key}`, name, data }, { rememberMs }),
    watch(work = () => undefined, where = queue) {
      const process = watched(where, work)
      processes.push(process)
      return process
    },
    hold() {
      const held = gate()
      gates.push(held)
      return held
    },
    async until(what, isSo) {
      for (let step = 0; step < STEPS && !isSo(); step++)
        await time.passUntil(time.clock.now() + time.spanMs / STEPS)
      ok(isSo(), `expected ${what} within ten seconds`)
    },
    pass: () => time.passUntil(time.clock.now() + time.spanMs * 2),
  }
}

function watched(queue: DeliveryQueue, work: Work): WatchedProcess {
  const taken: Taken[] = []
  const done: QueueEntry[] = []
  const attempt = async (entry: QueueEntry, attempt: QueueAttempt) => {
    taken.push({ entry: { ...entry }, attempt: { ...attempt } })
    await work(entry, attempt)
    done.push(entry)
  }
  // A connection that is lost and found again breaks no rule.
  const process = queue.process(attempt, { onError: () => undefined })
  return { taken, done, close: () => process.close() }
}

/** How many of the results are `queued`; the others must be `duplicate`. */
export function countQueued(results: readonly string[]): number {
  const queued = results.filter((result) => result === 'queued').length
  strictEqual(results.filter((result) => result === 'duplicate').length, results.length - queued)
  return queued
}
