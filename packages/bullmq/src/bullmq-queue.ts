import type { DeliveryQueue, QueueEntry, QueueProcess, QueueWork } from '@hubauth/core'
import { type DeadLetter, deadLetterIds, deadLettersOf, retryDeadLetter } from './dead-letters.ts'
import { enqueue } from './enqueue.ts'
import { QueueLink } from './queue-link.ts'
import { type BullmqQueueOptions, type CheckedOptions, checkedOptions } from './queue-options.ts'
import { idOf, type SealedEntries, sealedEntries } from './sealed-entries.ts'
import { startWorker } from './start-worker.ts'

/** A queue of deliveries in BullMQ. */
export interface BullmqQueue extends DeliveryQueue {
  /**
   * The latest dead letters, the latest first.
   *
   * @param options.limit How many at most. Default 100; each is read whole, with its payload.
   * @throws {HubauthError} `WEBHOOK_QUEUE_UNAVAILABLE` when Redis does not answer.
   */
  deadLetters(options?: { readonly limit?: number }): Promise<readonly DeadLetter[]>
  /**
   * Queues dead letters again, with all their attempts, and removes them. One that GitHub redelivered meanwhile is only removed.
   *
   * @param ids Which ones. Default: all.
   * @returns How many were queued.
   * @throws {HubauthError} `WEBHOOK_QUEUE_UNAVAILABLE` when Redis does not answer; some may have been queued.
   */
  retryDeadLetters(ids?: readonly string[]): Promise<number>
  /** Waits for what was begun, and disconnects. What {@link DeliveryQueue.process} started is closed by itself. */
  close(): Promise<void>
}

/**
 * Keeps deliveries in BullMQ (https://docs.bullmq.io), on Redis or Valkey: as safely as that is set up, for which
 * `appendonly yes` and `maxmemory-policy noeviction` are needed. Connects when it is first used.
 *
 * `add` rejects with `WEBHOOK_QUEUE_UNAVAILABLE` within `timeoutMs` when Redis cannot be reached, is full, or does not answer. An
 * addition that Redis does after that is kept; the redelivery is its duplicate.
 *
 * An attempt that ends with its process counts as none: another process takes the delivery, up to ten times.
 *
 * @throws {TypeError} When an option can never work.
 */
export function bullmqQueue(options: BullmqQueueOptions): BullmqQueue {
  return new BullmqDeliveryQueue(checkedOptions(options), sealedEntries(options.sealWith))
}

class BullmqDeliveryQueue implements BullmqQueue {
  readonly #options: CheckedOptions
  readonly #entries: SealedEntries
  readonly #link: QueueLink

  constructor(options: CheckedOptions, entries: SealedEntries) {
    this.#options = options
    this.#entries = entries
    this.#link = new QueueLink(options)
  }

  async add(entry: QueueEntry, { rememberMs }: { readonly rememberMs: number }) {
    // Connecting first takes a while, which counts.
    const forgetAt = Date.now() + rememberMs
    const key = await idOf(entry.key)
    const data = await this.#entries.seal(key, entry)
    const { attempts } = this.#options
    return this.#link.run((queue) => enqueue(queue, { key, name: entry.name, data, forgetAt, attempts }))
  }

  process(work: QueueWork, { onError }: { readonly onError: (error: unknown) => void }): QueueProcess {
    return startWorker({ options: this.#options, entries: this.#entries, work, onError })
  }

  deadLetters({ limit = 100 }: { readonly limit?: number } = {}): Promise<readonly DeadLetter[]> {
    return this.#link.run((queue) => deadLettersOf(queue, limit))
  }

  async retryDeadLetters(ids?: readonly string[]): Promise<number> {
    let retried = 0
    for (const id of ids ?? (await this.#link.run(deadLetterIds)))
      if (await this.#link.run((queue) => retryDeadLetter(queue, id))) retried += 1
    return retried
  }

  close(): Promise<void> {
    return this.#link.close()
  }
}
