import { type BullmqQueue, bullmqQueue } from '@hubauth/bullmq'
import { HubauthError } from '@hubauth/core'
import type { SoakMessage, SoakStart } from '../protocol.ts'

const MEMORY_EVERY_MS = 1_000
const JOB_ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/

/** What both kinds of processes need. */
export interface StartedProcess {
  readonly start: SoakStart
  readonly queue: BullmqQueue
}

/** Waits for what the parent says first, and ends with the parent. */
export async function started(): Promise<StartedProcess> {
  process.on('disconnect', () => process.exit(0))
  const start = await new Promise<SoakStart>((resolve) => process.once('message', resolve))
  const { redisUrl: url, sealWith, lockMs } = start
  setInterval(() => tell({ rssBytes: process.memoryUsage.rss() }), MEMORY_EVERY_MS).unref()
  return { start, queue: bullmqQueue({ connection: { url }, sealWith, lockMs }) }
}

/** Tells the parent. */
export function tell(message: SoakMessage): void {
  process.send?.(message)
}

/** Tells the parent of an error, without the ids of jobs: it counts those that are alike. */
export function tellProblem(error: unknown): void {
  tell({ problem: HubauthError.isInstance(error) ? error.code : String(error).replace(JOB_ID, 'ID') })
}
