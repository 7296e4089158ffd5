import { type BoundedMap, boundedMap } from '../cache/bounded-map.ts'
import { type Clock, systemClock } from '../clock.ts'
import { HubauthError, harmless } from '../errors.ts'
import type { DeliveryQueue, QueueEntry, QueueProcess, QueueWork } from './delivery-queue.ts'

/** As many as `memoryClaims` remembers. */
const MAX_KEYS = 50_000
const LONGEST_BACKOFF_MS = 15 * 60 * 1_000
const MAX_DEAD_LETTERS = 100

/** Options of {@link memoryQueue}. */
export interface MemoryQueueOptions {
  /** How often an entry is worked on before it becomes a dead letter. Default 5. */
  readonly attempts?: number | undefined
  /**
   * The pause after the first failure, in milliseconds; it doubles with every further one, up to 15 minutes. Up to half of
   * it is left out by chance, so that what failed together is not tried again together. Default 1 000.
   */
  readonly firstBackoffMs?: number | undefined
  /** How many entries are worked on at once by each `process`. Default 16. */
  readonly concurrency?: number | undefined
  /** How many entries are kept until they are done; `add` rejects beyond that. Each takes as much as its body. Default 10 000. */
  readonly maxEntries?: number | undefined
  /** Told of an entry whose last attempt failed, and why. The entry has the payload in it: do not print it. */
  readonly onDeadLetter?: ((entry: QueueEntry, error: unknown) => void) | undefined
  readonly clock?: Clock | undefined
}

/** A {@link DeliveryQueue} in the memory of this process. */
export interface MemoryQueue extends DeliveryQueue {
  /** The last hundred entries whose last attempt failed, oldest first. */
  readonly deadLetters: readonly QueueEntry[]
}

/**
 * Keeps deliveries in the memory of this process: it answers GitHub at once, and tries again what fails. Nothing survives the
 * process: after `close()`, what still waits is lost with it, and so is everything when it dies; `redeliverFailed` does not
 * find what was answered with 202. It remembers the last 50 000 keys.
 *
 * @throws {TypeError} For options out of range.
 */
export function memoryQueue(options: MemoryQueueOptions = {}): MemoryQueue {
  return new Queue(options)
}

/** An entry that is not done. */
interface Job {
  readonly entry: QueueEntry
  readonly addedAt: number
  /** What remembers its key. */
  readonly memory: KeyMemory
  attempts: number
}

interface KeyMemory {
  readonly expiresAt: number
}

/** One who works on entries. */
interface Process {
  readonly work: QueueWork
  readonly running: Set<Promise<void>>
}

class Queue implements MemoryQueue {
  readonly #attempts: number
  readonly #firstBackoffMs: number
  readonly #concurrency: number
  readonly #maxEntries: number
  readonly #onDeadLetter: (entry: QueueEntry, error: unknown) => void
  readonly #clock: Clock
  readonly #keys: BoundedMap<KeyMemory>
  readonly #deadLetters: QueueEntry[] = []
  readonly #waiting: Job[] = []
  readonly #pauses = new Set<AbortController>()
  readonly #processes = new Set<Process>()
  /** Waiting, pausing or running. */
  #unfinished = 0

  constructor(options: MemoryQueueOptions) {
    const { firstBackoffMs = 1_000 } = options
    if (!(firstBackoffMs >= 0)) throw new TypeError('firstBackoffMs: expected 0 or more milliseconds.')
    this.#firstBackoffMs = firstBackoffMs
    this.#attempts = count('attempts', options.attempts ?? 5)
    this.#concurrency = count('concurrency', options.concurrency ?? 16)
    this.#maxEntries = count('maxEntries', options.maxEntries ?? 10_000)
    this.#keys = boundedMap(Math.max(MAX_KEYS, this.#maxEntries))
    this.#onDeadLetter = harmless(options.onDeadLetter ?? (() => undefined))
    this.#clock = options.clock ?? systemClock
  }

  get deadLetters(): readonly QueueEntry[] {
    return this.#deadLetters
  }

  async add(
    entry: QueueEntry,
    { rememberMs }: { readonly rememberMs: number },
  ): Promise<'queued' | 'duplicate'> {
    const addedAt = this.#clock.now()
    const known = this.#keys.get(entry.key)
    if (known !== undefined && known.expiresAt > addedAt) return 'duplicate'
    if (this.#unfinished >= this.#maxEntries)
      throw new HubauthError(
        'WEBHOOK_QUEUE_UNAVAILABLE',
        `The queue has ${this.#unfinished} entries that are not done, which is all it has room for.`,
        { remedy: 'Find out why handlers are slow or fail, or raise maxEntries.' },
      )
    const memory = { expiresAt: addedAt + rememberMs }
    this.#keys.set(entry.key, memory)
    this.#unfinished++
    this.#wait({ entry: { ...entry }, addedAt, memory, attempts: 0 })
    return 'queued'
  }

  process(work: QueueWork): QueueProcess {
    const process: Process = { work, running: new Set() }
    this.#processes.add(process)
    void this.#distribute()
    return {
      close: async () => {
        this.#processes.delete(process)
        // Nobody is there to try again; a timer would keep the process alive.
        if (this.#processes.size === 0) for (const pause of this.#pauses) pause.abort('closed')
        await Promise.all(process.running)
      },
    }
  }

  #wait(job: Job): void {
    this.#waiting.push(job)
    void this.#distribute()
  }

  /** Not in the same turn: whoever adds can answer before handlers keep the processor busy. */
  async #distribute(): Promise<void> {
    // Workers have no timers before the first request.
    if (this.#processes.size === 0 || this.#waiting.length === 0) return
    await this.#clock.sleep(0)
    for (const { work, running } of this.#processes) {
      while (running.size < this.#concurrency) {
        const job = this.#waiting.shift()
        if (job === undefined) return
        const attempt = this.#attempt(job, work).then(() => {
          running.delete(attempt)
          void this.#distribute()
        })
        running.add(attempt)
      }
    }
  }

  /** Works on an entry once. Never rejects. */
  async #attempt(job: Job, work: QueueWork): Promise<void> {
    const number = ++job.attempts
    const isLast = number >= this.#attempts
    try {
      await work(job.entry, { number, isLast, addedAt: job.addedAt })
      this.#unfinished--
    } catch (error) {
      if (isLast) this.#bury(job, error)
      else void this.#pause(job)
    }
  }

  async #pause(job: Job): Promise<void> {
    const longestMs = Math.min(this.#firstBackoffMs * 2 ** (job.attempts - 1), LONGEST_BACKOFF_MS)
    const pause = new AbortController()
    this.#pauses.add(pause)
    if (this.#processes.size === 0) pause.abort('closed')
    const pauseMs = Math.round(longestMs * (1 - Math.random() / 2))
    await this.#clock.sleep(pauseMs, pause.signal).catch(() => undefined)
    this.#pauses.delete(pause)
    this.#wait(job)
  }

  #bury({ entry, memory }: Job, error: unknown): void {
    this.#unfinished--
    if (this.#keys.get(entry.key) === memory) this.#keys.delete(entry.key)
    this.#deadLetters.push(entry)
    if (this.#deadLetters.length > MAX_DEAD_LETTERS) this.#deadLetters.shift()
    this.#onDeadLetter(entry, error)
  }
}

function count(name: string, value: number): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${name}: expected a positive integer.`)
  return value
}
