import { type Clock, systemClock } from '../clock.ts'
import { HubauthError, harmless } from '../errors.ts'
import { errorCode, type Observe } from '../observe.ts'
import type { Delivery } from './delivery.ts'
import type { DeliveryAuth } from './delivery-auth.ts'
import type { DeliveryQueue, QueueAttempt, QueueEntry, QueueProcess } from './delivery-queue.ts'
import { type DeliveryHandlers, type WebhookHandler, WebhookHandlers } from './handlers.ts'
import { parseQueuedDelivery } from './queued-delivery.ts'
import { errorReporter, type ReportError } from './report-error.ts'

/** Options of {@link createDeliveryWorker}. */
export interface DeliveryWorkerOptions<Github = undefined> {
  /** The queue that a receiver fills, in this process or in another one. */
  readonly queue: DeliveryQueue
  /** Makes the second argument of every handler: pass the result of `createGitHubAuth` to get the installation. */
  readonly auth?: DeliveryAuth<Github> | undefined
  /**
   * Told of everything that fails here: what handlers threw, an entry that is no delivery, a queue that is down. Default:
   * printed with `console.error`.
   */
  readonly onError?: ((error: unknown, delivery: Delivery | undefined) => void) | undefined
  /** Told what became of every attempt. See {@link JobEvent}. */
  readonly observe?: Observe | undefined
  readonly clock?: Clock | undefined
}

/** Handles the deliveries of a queue. */
export interface DeliveryWorker<Github = undefined> extends DeliveryHandlers<Github> {
  /**
   * Starts to take entries: add the handlers first, because an event without one is done with.
   *
   * @throws {TypeError} The second time, and after `close()`.
   */
  start(): this
  /** Takes no more entries, and resolves when the running handlers are done. The others stay in the queue. */
  close(): Promise<void>
}

/**
 * Makes a worker for the queue of a receiver. It runs every handler that matches a delivery, side by side. When one of them
 * fails, the queue has all of them run again later, and keeps the delivery as a dead letter after the last attempt. A
 * delivery is handled at least once: also again when its process dies before the queue knows. Make handlers idempotent.
 *
 * @throws {TypeError} Without a queue.
 */
export function createDeliveryWorker<Github = undefined>(
  options: DeliveryWorkerOptions<Github>,
): DeliveryWorker<Github> {
  return new Worker<Github>(options)
}

interface Attempted {
  /** Undefined when the entry is none. */
  readonly delivery?: Delivery
  /** In epoch milliseconds. */
  readonly receivedAt: number
  readonly failures: readonly unknown[]
}

class Worker<Github> implements DeliveryWorker<Github> {
  readonly #handlers: WebhookHandlers<Github>
  readonly #queue: DeliveryQueue
  readonly #report: ReportError
  readonly #observe: Observe | undefined
  readonly #clock: Clock
  #process: QueueProcess | undefined
  #closing: Promise<void> | undefined

  constructor({ queue, auth, onError, observe, clock = systemClock }: DeliveryWorkerOptions<Github>) {
    if (typeof queue?.process !== 'function')
      throw new TypeError('queue: expected a DeliveryQueue, such as memoryQueue() makes.')
    this.#handlers = new WebhookHandlers(auth)
    this.#queue = queue
    this.#report = errorReporter(onError)
    this.#observe = observe && harmless(observe)
    this.#clock = clock
  }

  on<Payload>(name: string, handler: WebhookHandler<Payload, Github>): this {
    this.#handlers.add(name, handler)
    return this
  }

  start(): this {
    if (this.#process !== undefined || this.#closing !== undefined)
      throw new TypeError('start(): this worker was started or closed before.')
    const onError = (error: unknown) => this.#report(error, undefined)
    this.#process = this.#queue.process((entry, attempt) => this.#work(entry, attempt), { onError })
    return this
  }

  async close(): Promise<void> {
    this.#closing ??= this.#process?.close() ?? Promise.resolve()
    await this.#closing
  }

  async #work(entry: QueueEntry, attempt: QueueAttempt): Promise<void> {
    const startedAt = this.#clock.now()
    const { delivery, receivedAt, failures } = await this.#attempt(entry, attempt)
    for (const failure of failures) this.#report(failure, delivery)
    const isFailed = failures.length > 0
    this.#observe?.({
      type: 'job',
      event: delivery?.event ?? 'unknown',
      action: delivery?.action,
      id: delivery?.id ?? '',
      attempt: attempt.number,
      outcome: !isFailed ? 'handled' : attempt.isLast ? 'dead' : 'failed',
      queuedMs: Math.max(0, startedAt - receivedAt),
      durationMs: Math.max(0, this.#clock.now() - startedAt),
      error: isFailed ? errorCode(failures[0]) : undefined,
    })
    // Queues keep this, so it has no word of the payload, or of what was thrown.
    if (isFailed)
      throw new HubauthError('WEBHOOK_HANDLER_FAILED', 'The delivery could not be handled.', {
        remedy: 'Read the error that onError of the worker reported.',
      })
  }

  async #attempt({ data }: QueueEntry, { addedAt }: QueueAttempt): Promise<Attempted> {
    try {
      const { delivery, receivedAt } = parseQueuedDelivery(data)
      return {
        delivery,
        receivedAt,
        failures: await this.#handlers.run(this.#handlers.matching(delivery), delivery),
      }
    } catch (error) {
      return { receivedAt: addedAt, failures: [error] }
    }
  }
}
