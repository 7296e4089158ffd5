import { HubauthError } from '@hubauth/core'
import type { Job } from 'bullmq'
import type { JobData } from './sealed-entries.ts'
import type { WorkerSetup } from './start-worker.ts'

/** Works on a job once. Rejects with an error that has no word of a payload. @internal */
export async function attemptJob(job: Job<JobData>, { entries, work, onError }: WorkerSetup): Promise<void> {
  const number = job.attemptsMade + 1
  const isLast = number >= (job.opts.attempts ?? 1)
  try {
    const entry = await entries.open(job.deduplicationId ?? '', job.data).catch((error: unknown) => {
      onError(error)
      throw error
    })
    await work(entry, { number, isLast, addedAt: job.timestamp })
  } catch (error) {
    throw fitToKeep(error)
  }
}

/** What BullMQ may keep of an error: other messages than ours can quote anything, also from a payload. */
function fitToKeep(error: unknown): Error {
  const kept = new Error(HubauthError.isInstance(error) ? error.message : `Failed with ${kindOf(error)}.`)
  kept.stack = ''
  return kept
}

function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return 'something that is not an error'
  const { name } = error.constructor
  return /^[A-Z][A-Za-z]{0,50}$/.test(name) ? `an error of class ${name}` : 'an error'
}
