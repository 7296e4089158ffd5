import { HubauthError, untilAborted } from '@hubauth/core'
import { Queue } from 'bullmq'
import { ownConnection } from './own-connection.ts'
import type { CheckedOptions } from './queue-options.ts'
import type { JobData } from './sealed-entries.ts'

interface OpenQueue {
  readonly queue: Queue<JobData>
  readonly ready: Promise<unknown>
  /** How often it did what it was asked for. */
  answers: number
  /** What the client said last about its connection. */
  lastError(): unknown
  drop(): void
}

/**
 * BullMQ's queue, for all but working on it: connected when it is first needed, and anew when Redis was silent for too long.
 * So nothing waits in the memory of a connection that may never answer. @internal
 */
export class QueueLink {
  readonly #options: CheckedOptions
  readonly #running = new Set<Promise<unknown>>()
  #open: OpenQueue | undefined
  #isClosed = false

  constructor(options: CheckedOptions) {
    this.#options = options
  }

  /**
   * What `work` does with the queue.
   *
   * @throws {HubauthError} `WEBHOOK_QUEUE_UNAVAILABLE` when Redis cannot be reached, refuses, or does not answer in time. It may have
   * done it all the same.
   */
  async run<T>(work: (queue: Queue<JobData>) => Promise<T>): Promise<T> {
    if (this.#isClosed) throw failed('The queue is closed.', 'Close it after the server that adds to it.')
    this.#open ??= openQueue(this.#options)
    const running = this.#limited(this.#open, work)
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  /** Refuses from now on, and disconnects when all that was begun is done. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.allSettled(this.#running)
    if (this.#open !== undefined) this.#drop(this.#open)
  }

  async #limited<T>(open: OpenQueue, work: (queue: Queue<JobData>) => Promise<T>): Promise<T> {
    const limit = AbortSignal.timeout(this.#options.timeoutMs)
    const { answers } = open
    let isReady = false
    const worked = open.ready.then(() => {
      isReady = true
      if (limit.aborted) throw limit.reason
      return work(open.queue)
    })
    try {
      const result = await untilAborted(worked, limit)
      open.answers += 1
      return result
    } catch (cause) {
      const isSilent = limit.aborted && open.answers === answers
      if (isSilent || !isReady || isEnded(cause)) this.#drop(open)
      if (HubauthError.isInstance(cause)) throw cause
      const what = limit.aborted
        ? `Redis did not answer within ${this.#options.timeoutMs} ms.`
        : 'Redis did not do what BullMQ asked for.'
      const remedy = 'Check that Redis is up, can be reached from here, and has memory left.'
      throw failed(what, remedy, limit.aborted ? open.lastError() : cause)
    }
  }

  #drop(open: OpenQueue): void {
    if (this.#open !== open) return
    this.#open = undefined
    open.drop()
  }
}

function openQueue({ connection: template, name, prefix }: CheckedOptions): OpenQueue {
  const { connection, end } = ownConnection(template, 'adding')
  const queue = new Queue<JobData>(name, { connection, prefix })
  let lastError: unknown
  // Whoever calls is told by a rejection; without a listener, the process would end.
  queue.on('error', (error) => {
    lastError = error
  })
  const ready = queue.waitUntilReady()
  ready.catch(() => undefined)
  const drop = () => {
    void queue
      .getBackend()
      .close(true)
      .catch(() => undefined)
      .finally(end)
  }
  return { queue, ready, answers: 0, lastError: () => lastError, drop }
}

/** Whether the client has given up for good; otherwise it connects again by itself. */
function isEnded(error: unknown): boolean {
  return error instanceof Error && /\bclosed\b/i.test(error.message)
}

function failed(what: string, remedy: string, cause?: unknown): HubauthError {
  return new HubauthError('WEBHOOK_QUEUE_UNAVAILABLE', what, { remedy, cause })
}
