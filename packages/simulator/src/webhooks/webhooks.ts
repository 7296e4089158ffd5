import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import type { App } from '../state/entities.ts'
import type { GitHubEvent } from '../state/events.ts'
import type { GitHubState } from '../state/github-state.ts'
import { FIRST_ID } from '../state/ids.ts'
import { randomSecret } from '../state/seed-app.ts'
import { warn } from '../warn.ts'
import { audienceOf } from './audience.ts'
import { messageByHand, targetByHand } from './by-hand.ts'
import type { WebhookDelivery, WebhookDeliveryResult } from './delivery.ts'
import { DeliveryFaults } from './delivery-faults.ts'
import { type Delivery, DeliveryLog } from './delivery-log.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import { type Message, messageOf } from './message.ts'
import { answered, unanswered } from './outcome.ts'
import { eventPayload } from './payloads/event-payload.ts'
import { type Sent, sendMessage, type Target } from './send-message.ts'

/** GitHub gives up on a receiver after this long. */
const TIMEOUT_MS = 10_000
/** GitHub sends no larger payload: https://docs.github.com/webhooks/webhook-events-and-payloads#payload-cap */
const MAX_PAYLOAD_BYTES = 25 * 1_048_576
const DELAY_MS = 1_000

/** What sending webhooks takes besides the state. */
export interface WebhooksOptions {
  /** The address of the simulator, known once it listens. */
  baseUrl(): string
  /** How long receivers may take, in real milliseconds. Default 10 000, as on GitHub. */
  readonly timeoutMs?: number | undefined
}

interface AttemptOptions {
  readonly redelivery?: boolean
  /** Instead of the hook's. */
  readonly secret?: string
  /** Waited first, in real milliseconds. */
  readonly delayMs?: number
}

/** Tells apps what happens, and remembers how it went. There are no automatic retries, as on GitHub. */
export class Webhooks {
  readonly #state: GitHubState
  readonly #options: WebhooksOptions
  readonly #log = new DeliveryLog()
  readonly #queue = new DeliveryQueue()
  readonly #closing = new AbortController()
  readonly faults = new DeliveryFaults((messages) => this.#sendInTurn(messages))

  /** Listens from now on: what was there before is not told. */
  constructor(state: GitHubState, options: WebhooksOptions) {
    this.#state = state
    this.#options = options
    setMaxListeners(0, this.#closing.signal)
    state.events.subscribe((event) => {
      try {
        this.#hear(event)
      } catch (error) {
        warn(error)
      }
    })
  }

  /** The deliveries of all apps that are still remembered, oldest first. */
  all(): Delivery[] {
    return this.#log.all(this.#state.clock.now())
  }

  /** The deliveries of one app, newest first. */
  of(app: App): Delivery[] {
    return this.#log.of(app, this.#state.clock.now())
  }

  /**
   * Sends what a delivery said once more, to where the app's hook points now, signed with the secret it has now. Resolves to the
   * new delivery; to undefined when the app has no hook by then, or the simulator closes.
   */
  redeliver({ message }: Delivery): Promise<Delivery | undefined> {
    return new Promise((resolve, reject) => {
      const work = (): Promise<void> => this.#attempt(message, { redelivery: true }).then(resolve, reject)
      if (!this.#enqueue(message, work)) resolve(this.#recordUnsent(message, { redelivery: true }))
    })
  }

  /**
   * Sends one webhook by hand and waits for the answer. It is remembered when it goes to the app's own hook.
   *
   * @throws {TypeError} for a delivery that does not hold.
   */
  async deliver(app: App, delivery: WebhookDelivery): Promise<WebhookDeliveryResult> {
    const target = targetByHand(app, delivery, { timeoutMs: this.#timeoutMs })
    const message = messageByHand(this.#state, app, delivery)
    const { url } = app.hook
    const deliveredAt = this.#state.clock.now()
    const redelivery = this.of(app).some((earlier) => earlier.message.guid === message.guid)
    const sent = await this.#queue.track(sendMessage(message, target, this.#closing.signal))
    if (url !== undefined && (delivery.url ?? url) === url)
      this.#record(message, { ...factsOf(sent), url, redelivery, deliveredAt })
    const { status, body, error, durationMs } = sent
    return { guid: message.guid, status, body, ...(error === undefined ? {} : { error }), durationMs }
  }

  /** Resolves when no delivery is under way. What a `reorder` holds is not. */
  settled(): Promise<void> {
    return this.#queue.settled()
  }

  /** Cuts what is under way and sends nothing any more. */
  async close(): Promise<void> {
    this.#closing.abort()
    this.faults.clear()
    await this.#queue.settled()
  }

  get #timeoutMs(): number {
    return this.#options.timeoutMs ?? TIMEOUT_MS
  }

  #hear(event: GitHubEvent): void {
    if (this.#closing.signal.aborted) return
    const guid = randomUUID()
    const base = this.#options.baseUrl()
    for (const listener of audienceOf(this.#state, event)) {
      const { app } = listener
      if (app.hook.url === undefined || !app.hook.active) continue
      const payload = eventPayload(event, listener, { api: base, web: base })
      if (payload === undefined) continue
      const json = JSON.stringify(payload)
      if (Buffer.byteLength(json) <= MAX_PAYLOAD_BYTES)
        this.#dispatch(messageOf({ guid, app, event: event.name, json }, payload))
    }
  }

  #dispatch(message: Message): void {
    const hit = this.faults.take(message)
    switch (hit?.fault.fault) {
      case undefined:
        this.#send(message)
        break
      case 'drop':
        this.#recordUnsent(message)
        break
      case 'duplicate':
        if (hit.fault.inTurn === true) this.#sendInTurn([message, message])
        else for (const copy of [message, message]) this.#send(copy)
        break
      case 'reorder':
        this.#sendInTurn(hit.release)
        break
      case 'delay':
        this.#send(message, { delayMs: hit.fault.delayMs ?? DELAY_MS })
        break
      case 'wrong-secret':
        this.#send(message, { secret: randomSecret() })
    }
  }

  #send(message: Message, options: AttemptOptions = {}): void {
    if (!this.#enqueue(message, () => this.#attempt(message, options))) this.#recordUnsent(message)
  }

  #sendInTurn(messages: readonly Message[]): void {
    const [first] = messages
    if (first === undefined) return
    const work = async (): Promise<void> => {
      for (const message of messages) await this.#attempt(message)
    }
    const bytes = messages.reduce((sum, { json }) => sum + json.length, 0)
    if (!this.#queue.add(first.app, { bytes, work }))
      for (const message of messages) this.#recordUnsent(message)
  }

  #enqueue(message: Message, work: () => Promise<unknown>): boolean {
    return this.#queue.add(message.app, { bytes: message.json.length, work })
  }

  async #attempt(message: Message, options: AttemptOptions = {}): Promise<Delivery | undefined> {
    const { redelivery = false, delayMs } = options
    if (delayMs !== undefined) await this.#pause(delayMs)
    const { url, secret, contentType, insecureSsl } = message.app.hook
    if (url === undefined || this.#closing.signal.aborted) return undefined
    const target: Target = {
      url: new URL(url),
      secret: options.secret ?? secret,
      contentType,
      insecureSsl,
      timeoutMs: this.#timeoutMs,
    }
    const deliveredAt = this.#state.clock.now()
    const sent = await sendMessage(message, target, this.#closing.signal)
    if (this.#closing.signal.aborted) return undefined
    return this.#record(message, { ...factsOf(sent), url, redelivery, deliveredAt })
  }

  async #pause(delayMs: number): Promise<void> {
    try {
      await delay(delayMs, undefined, { signal: this.#closing.signal })
    } catch {
      // The simulator closes, and nothing is sent any more.
    }
  }

  #record(message: Message, facts: Omit<Delivery, 'id' | 'message'>): Delivery {
    const delivery = { id: this.#state.ids.next(FIRST_ID.delivery), message, ...facts }
    this.#log.add(delivery)
    return delivery
  }

  // As if the receiver had not answered: the app can find it among the deliveries and ask for it again.
  #recordUnsent(message: Message, { redelivery = false } = {}): Delivery {
    return this.#record(message, {
      deliveredAt: this.#state.clock.now(),
      durationMs: 0,
      redelivery,
      url: message.app.hook.url ?? '',
      outcome: unanswered('timed out'),
      requestHeaders: {},
      response: undefined,
    })
  }
}

function factsOf(sent: Sent): Pick<Delivery, 'durationMs' | 'requestHeaders' | 'outcome' | 'response'> {
  const { requestHeaders, durationMs, status, headers, body, error } = sent
  return {
    durationMs,
    requestHeaders,
    outcome: error === undefined ? answered(status) : unanswered(error),
    response: error === undefined ? { headers, body } : undefined,
  }
}
