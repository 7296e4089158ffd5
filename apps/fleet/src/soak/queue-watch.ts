import { Queue } from 'bullmq'
import { Redis } from 'ioredis'

const LOOK_EVERY_MS = 100
const QUEUE = 'github-deliveries'

/** What was last seen in the queue and in its Redis. */
export class QueueWatch {
  readonly #client: Redis
  readonly #queue: Queue
  readonly #timer: NodeJS.Timeout
  #left = 0
  #dead = 0
  #peakBytes = 0
  #usedBytes = 0
  #isLooking = false

  constructor(url: string) {
    this.#client = new Redis(url, { maxRetriesPerRequest: null })
    // While Redis is killed, which is meant.
    this.#client.on('error', () => undefined)
    this.#queue = new Queue(QUEUE, { connection: this.#client })
    this.#queue.on('error', () => undefined)
    this.#timer = setInterval(() => void this.#look(), LOOK_EVERY_MS)
  }

  /** Deliveries that are not done: they wait, run, or are to be tried again. */
  get left(): number {
    return this.#left
  }

  /** Dead letters. */
  get dead(): number {
    return this.#dead
  }

  /** What Redis uses, in bytes (`used_memory`). */
  get usedBytes(): number {
    return this.#usedBytes
  }

  /** The most that was seen of {@link usedBytes}. */
  get peakBytes(): number {
    return this.#peakBytes
  }

  /** Looks now. @throws {Error} When Redis does not answer. */
  async look(): Promise<void> {
    const { failed = 0, ...left } = await this.#queue.getJobCounts(
      'wait',
      'active',
      'delayed',
      'prioritized',
      'failed',
    )
    this.#left = Object.values(left).reduce((sum, count) => sum + count, 0)
    this.#dead = failed
    const [, used = '0'] = /^used_memory:(\d+)/m.exec(await this.#client.info('memory')) ?? []
    this.#usedBytes = Number(used)
    this.#peakBytes = Math.max(this.#peakBytes, this.#usedBytes)
  }

  async close(): Promise<void> {
    clearInterval(this.#timer)
    await this.#queue.close()
    this.#client.disconnect()
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return
    this.#isLooking = true
    await this.look().catch(() => undefined)
    this.#isLooking = false
  }
}
