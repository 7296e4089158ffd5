import { HubauthError, type QueueProcess, type QueueWork, untilAborted } from '@hubauth/core'
import { type Job, Worker } from 'bullmq'
import { attemptJob } from './attempt-job.ts'
import { ownConnection } from './own-connection.ts'
import type { CheckedOptions } from './queue-options.ts'
import { quietly } from './quietly.ts'
import type { JobData, SealedEntries } from './sealed-entries.ts'

/** Deployments and crashes are no fault of a delivery; only one that takes ten workers down is taken out. */
const MAX_STALLED_COUNT = 10
const LONGEST_BACKOFF_MS = 15 * 60 * 1_000
const RESTART_MS = 1_000

/** What {@link startWorker} needs to know. @internal */
export interface WorkerSetup {
  readonly options: CheckedOptions
  readonly entries: SealedEntries
  readonly work: QueueWork
  readonly onError: (error: unknown) => void
}

/** Starts to work on jobs. @internal */
export function startWorker(setup: WorkerSetup): QueueProcess {
  const { name } = setup.options
  const tell = quietly(setup.onError)
  return new WorkerProcess({ ...setup, onError: (error) => tell(explained(error, name)) })
}

/** BullMQ's worker, with an end also for when Redis is away. */
class EndableWorker extends Worker<JobData> {
  /** Stops the timers that would keep the process alive: BullMQ does so only when Redis has answered. */
  async abandon(): Promise<void> {
    await Promise.all([this.pause(true), this.lockManager.close()])
  }
}

interface OpenWorker {
  readonly worker: EndableWorker
  drop(): void
}

class WorkerProcess implements QueueProcess {
  readonly #setup: WorkerSetup
  readonly #running = new Set<Promise<void>>()
  #open: OpenWorker
  #restart: NodeJS.Timeout | undefined
  #closing: Promise<void> | undefined

  constructor(setup: WorkerSetup) {
    this.#setup = setup
    this.#open = this.#start()
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  /** BullMQ's worker waits for Redis as long as it takes, but one whose first words with Redis fail is of no use any more. */
  #start(): OpenWorker {
    const open = openWorker(this.#setup, (job) => this.#attempt(job))
    open.worker.waitUntilReady().catch((error: unknown) => {
      if (this.#closing !== undefined) return
      this.#setup.onError(error)
      open.drop()
      this.#restart = setTimeout(() => {
        this.#open = this.#start()
      }, RESTART_MS)
    })
    return open
  }

  async #attempt(job: Job<JobData>): Promise<void> {
    const attempt = attemptJob(job, this.#setup)
    this.#running.add(attempt)
    try {
      await attempt
    } finally {
      this.#running.delete(attempt)
    }
  }

  /** BullMQ would wait for a Redis that is away; we wait for what runs, and then no longer than Redis may take to answer. */
  async #close(): Promise<void> {
    clearTimeout(this.#restart)
    const { worker, drop } = this.#open
    const closed = worker.close().then(
      () => true,
      () => true,
    )
    const isClosed = () =>
      untilAborted(closed, AbortSignal.timeout(this.#setup.options.timeoutMs)).catch(() => false)
    let isDone = await isClosed()
    while (!isDone && this.#running.size > 0) {
      await Promise.allSettled(this.#running)
      isDone = await isClosed()
    }
    if (!isDone) await worker.abandon()
    drop()
  }
}

function openWorker(
  { options, onError }: WorkerSetup,
  attempt: (job: Job<JobData>) => Promise<void>,
): OpenWorker {
  const { connection, end } = ownConnection(options.connection, 'working')
  const worker = new EndableWorker(options.name, attempt, {
    connection,
    prefix: options.prefix,
    concurrency: options.concurrency,
    lockDuration: options.lockMs,
    stalledInterval: Math.ceil(options.lockMs / 2),
    maxStalledCount: MAX_STALLED_COUNT,
    removeOnComplete: { count: 0 },
    removeOnFail: { age: Math.ceil(options.keepDeadLettersMs / 1_000), count: options.maxDeadLetters },
    settings: { backoffStrategy: (failures) => backoffMs(options.firstBackoffMs, failures) },
  })
  worker.on('error', onError)
  worker.on('failed', (job) => {
    if (job?.finishedOn !== undefined) job.removeDeduplicationKey().catch(onError)
  })
  const drop = () => {
    const backend = worker.getBackend()
    void Promise.allSettled([backend.close(true), backend.disconnect()])
    end()
  }
  return { worker, drop }
}

/** What clients say of their connection names neither the queue nor what to do. */
function explained(error: unknown, queue: string): unknown {
  if (HubauthError.isInstance(error)) return error
  const { code } = Object(error) as { readonly code?: unknown }
  const what = `Working on the queue ${JSON.stringify(queue)} met a problem${typeof code === 'string' ? ` (${code})` : ''}.`
  const remedy = 'Check that Redis is up, and can be reached from here; the work goes on by itself then.'
  return new HubauthError('WEBHOOK_QUEUE_UNAVAILABLE', what, { cause: error, remedy })
}

function backoffMs(firstMs: number, failures: number): number {
  const longestMs = Math.min(firstMs * 2 ** (failures - 1), LONGEST_BACKOFF_MS)
  return Math.ceil(longestMs * (1 - Math.random() / 2))
}
