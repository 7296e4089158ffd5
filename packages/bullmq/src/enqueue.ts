import type { Queue } from 'bullmq'
import type { JobData } from './sealed-entries.ts'

/** The kind of pause that only workers of this package know. @internal */
const BACKOFF = 'capped'

/** A job that is about to be added. @internal */
export interface NewJob {
  /** What duplicates have in common. */
  readonly key: string
  readonly name: string
  readonly data: JobData
  /** Until when the key counts as a duplicate, in epoch milliseconds. */
  readonly forgetAt: number
  readonly attempts: number
  /** Default: now. */
  readonly addedAt?: number
}

/**
 * Adds a job unless its key is remembered, in one script of BullMQ. A key that a dead letter still holds is freed first: its
 * worker does that too, but may have been killed before. @internal
 */
export async function enqueue(queue: Queue<JobData>, job: NewJob): Promise<'queued' | 'duplicate'> {
  const holder = await tryToAdd(queue, job)
  if (holder === undefined) return 'queued'
  const held = await queue.getJob(holder)
  if (held === undefined || !(await held.isFailed())) return 'duplicate'
  await held.removeDeduplicationKey()
  return (await tryToAdd(queue, job)) === undefined ? 'queued' : 'duplicate'
}

/** Gives the id of the job that holds the key, when that is another one. */
async function tryToAdd(queue: Queue<JobData>, job: NewJob): Promise<string | undefined> {
  const { key, name, data, forgetAt, attempts, addedAt } = job
  const jobId = crypto.randomUUID()
  const added = await queue.add(name, data, {
    jobId,
    attempts,
    backoff: { type: BACKOFF },
    // With a time to live, BullMQ keeps the key when the job has been done and removed.
    deduplication: { id: key, ttl: Math.max(1, Math.ceil(forgetAt - Date.now())) },
    removeOnComplete: true,
    stackTraceLimit: 0,
    ...(addedAt === undefined ? {} : { timestamp: addedAt }),
  })
  // BullMQ's client of node-redis answers with null when it was ended on the way.
  if (typeof added.id !== 'string') throw new Error('Connection is closed.')
  return added.id === jobId ? undefined : added.id
}
