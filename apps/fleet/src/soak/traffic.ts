import { setTimeout } from 'node:timers/promises'
import type { SoakOptions } from './options.ts'
import type { QueueWatch } from './queue-watch.ts'
import { Random } from './random.ts'
import type { Sender } from './sender.ts'
import { FIRST_FORGED, SoakDeliveries } from './soak-delivery.ts'

const WAIT_MS = 10

/** How many deliveries were sent and how they were answered. */
export interface SentDeliveries {
  /** Different ones, all answered 2xx. */
  readonly deliveries: number
  readonly bytes: number
  /** Deliveries that were sent once more on purpose: half of them while the first was on its way, half after its answer. */
  readonly duplicates: number
  /** Answers to all that was answered 2xx, by what they said: `queued`, `duplicate`. */
  readonly answers: Readonly<Record<string, number>>
  /** Deliveries for which more than one answer said `queued`. */
  readonly queuedTwice: number
  /** Deliveries for which every answer said `duplicate`: they were queued, and a kill came before the answer that says so. */
  readonly neverQueued: number
  readonly forged: number
  /** Forged deliveries that were answered 2xx. */
  readonly forgedTaken: number
  /** Requests, redeliveries and what had no answer included. */
  readonly requests: number
}

/** What {@link Traffic} needs. */
export interface TrafficParts {
  readonly sender: Sender
  readonly watch: Pick<QueueWatch, 'left'>
  readonly webhookSecret: string
}

/** What GitHub would send, on so many connections, each waiting for its answer before it sends the next one. */
export class Traffic {
  readonly isAnswered: Uint8Array
  readonly #options: SoakOptions
  readonly #parts: TrafficParts
  readonly #random: Random
  readonly #deliveries: SoakDeliveries
  readonly #queued: Uint8Array
  readonly #answers = new Map<string, number>()
  readonly #forged = { sent: 0, taken: 0 }
  #next = 0
  #answered = 0
  #bytes = 0
  #duplicates = 0
  #stopAt = Number.POSITIVE_INFINITY

  constructor(options: SoakOptions, parts: TrafficParts) {
    this.#options = options
    this.#parts = parts
    this.#random = new Random(options.seed)
    this.#deliveries = new SoakDeliveries(parts.webhookSecret, this.#random)
    this.isAnswered = new Uint8Array(options.deliveries)
    this.#queued = new Uint8Array(options.deliveries)
  }

  get refusals(): ReadonlyMap<string, number> {
    return this.#parts.sender.refusals
  }

  get sent(): SentDeliveries {
    let queuedTwice = 0
    let neverQueued = 0
    for (const [number, queued] of this.#queued.entries()) {
      if (queued > 1) queuedTwice++
      else if (queued === 0 && this.isAnswered[number] === 1) neverQueued++
    }
    return {
      deliveries: this.#answered,
      bytes: this.#bytes,
      duplicates: this.#duplicates,
      answers: Object.fromEntries(this.#answers),
      queuedTwice,
      neverQueued,
      forged: this.#forged.sent,
      forgedTaken: this.#forged.taken,
      requests: this.#parts.sender.sent,
    }
  }

  /** Resolves when all were answered 2xx, or the time is over and those on their way were. */
  async send(): Promise<void> {
    const { connections, seconds } = this.#options
    if (seconds !== undefined) this.#stopAt = Date.now() + seconds * 1_000
    await Promise.all(Array.from({ length: connections }, () => this.#lane()))
  }

  async #lane(): Promise<void> {
    const { deliveries, maxQueued, duplicates, forgeries } = this.#options
    while (this.#next < deliveries && Date.now() < this.#stopAt) {
      if (this.#parts.watch.left > maxQueued) {
        await setTimeout(WAIT_MS)
        continue
      }
      const number = this.#next++
      if (this.#random.chance(forgeries)) await this.#forge()
      const isDuplicated = this.#random.chance(duplicates)
      const isAtOnce = isDuplicated && this.#random.chance(0.5)
      await Promise.all([this.#deliver(number, 0), isAtOnce && this.#deliver(number, 1)])
      if (isDuplicated && !isAtOnce) await this.#deliver(number, 1)
      if (isDuplicated) this.#duplicates++
      this.#answered++
    }
  }

  /** @param copy Each copy begins at another web process. */
  async #deliver(number: number, copy: number): Promise<void> {
    const delivery = this.#deliveries.delivery(number, this.#options.seed)
    const { said } = await this.#parts.sender.send(delivery, is2xx, number + copy)
    this.isAnswered[number] = 1
    this.#bytes += delivery.body.length
    this.#answers.set(said, (this.#answers.get(said) ?? 0) + 1)
    if (said === 'queued') this.#queued[number] = (this.#queued[number] ?? 0) + 1
  }

  async #forge(): Promise<void> {
    const forged = this.#deliveries.forged(FIRST_FORGED + this.#forged.sent++, this.#options.seed)
    const { status } = await this.#parts.sender.send(forged, (seen) => is2xx(seen) || seen === 401)
    if (is2xx(status)) this.#forged.taken++
  }
}

function is2xx(status: number): boolean {
  return status >= 200 && status < 300
}
