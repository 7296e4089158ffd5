import type { Job, Queue } from 'bullmq'
import { enqueue } from './enqueue.ts'
import type { JobData } from './sealed-entries.ts'

/** A delivery whose last attempt failed, without its payload. */
export interface DeadLetter {
  /** Of the job in BullMQ. */
  readonly id: string
  /** The event and its action, such as `issues.opened`. */
  readonly name: string
  /** When it was added, in epoch milliseconds. */
  readonly addedAt: number
  /** When the last attempt failed, in epoch milliseconds. */
  readonly failedAt: number
  /** How often it failed. */
  readonly attempts: number
  /** Why the last attempt failed. */
  readonly reason: string
}

/** Dead letters, the latest first. @internal */
export async function deadLettersOf(queue: Queue<JobData>, limit: number): Promise<readonly DeadLetter[]> {
  return (await queue.getFailed(0, limit - 1)).map(deadLetter)
}

/** Ids of all dead letters, the oldest first. @internal */
export function deadLetterIds(queue: Queue<JobData>): Promise<readonly string[]> {
  return queue.getRanges(['failed'], 0, -1, true)
}

/**
 * Adds a dead letter once more, with all its attempts, and then removes it: whoever is killed in between leaves one too
 * many. Gives whether it was added: not when it is no dead letter, or GitHub's redelivery was faster. @internal
 */
export async function retryDeadLetter(queue: Queue<JobData>, id: string): Promise<boolean> {
  const job = await queue.getJob(id)
  if (job === undefined || !(await job.isFailed())) return false
  const { deduplication, attempts = 1 } = job.opts
  const [name, data] = [job.name, job.data]
  const { id: key = '', ttl: rememberMs = 1 } = deduplication ?? {}
  const result = await enqueue(queue, {
    key,
    name,
    data,
    forgetAt: Date.now() + rememberMs,
    attempts,
    addedAt: job.timestamp,
  })
  await queue.remove(id)
  return result === 'queued'
}

function deadLetter(job: Job<JobData>): DeadLetter {
  return {
    id: job.id ?? '',
    name: job.name,
    addedAt: job.timestamp,
    failedAt: job.finishedOn ?? 0,
    attempts: job.attemptsMade,
    reason: job.failedReason ?? '',
  }
}
