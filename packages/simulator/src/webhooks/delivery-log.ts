import type { App } from '../state/entities.ts'
import type { Message } from './message.ts'
import type { Outcome } from './outcome.ts'

const KEPT = 1_000
const KEPT_BYTES = 64 * 1_048_576
/** https://docs.github.com/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
const KEPT_MS = 3 * 86_400_000

/** One attempt to tell an app, as it is remembered. */
export interface Delivery {
  readonly id: number
  readonly message: Message
  /** When it began, in epoch milliseconds of the simulator's clock. */
  readonly deliveredAt: number
  /** In real milliseconds. */
  readonly durationMs: number
  readonly redelivery: boolean
  readonly url: string
  readonly outcome: Outcome
  readonly requestHeaders: Readonly<Record<string, string>>
  /** Undefined when there was no answer. */
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string } | undefined
}

/** The newest deliveries of all apps: at most 1 000, 64 MiB, and three simulated days, which is how long GitHub keeps them. */
export class DeliveryLog {
  readonly #deliveries: Delivery[] = []
  #bytes = 0

  add(delivery: Delivery): void {
    this.#deliveries.push(delivery)
    this.#bytes += sizeOf(delivery)
    while (this.#deliveries.length > KEPT || this.#bytes > KEPT_BYTES) {
      const oldest = this.#deliveries.shift()
      if (oldest === undefined) return
      this.#bytes -= sizeOf(oldest)
    }
  }

  /** All that are young enough, oldest first. */
  all(now: number): Delivery[] {
    return this.#deliveries.filter(({ deliveredAt }) => now - deliveredAt < KEPT_MS)
  }

  /** The deliveries of an app, newest first. */
  of(app: App, now: number): Delivery[] {
    return this.all(now)
      .filter(({ message }) => message.app === app)
      .toReversed()
  }
}

function sizeOf({ message, requestHeaders, response }: Delivery): number {
  const headers = JSON.stringify(requestHeaders).length + JSON.stringify(response?.headers ?? {}).length
  return message.json.length + headers + (response?.body.length ?? 0)
}
