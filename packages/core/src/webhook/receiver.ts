import { type Clock, systemClock } from '../clock.ts'
import { HubauthError, type HubauthErrorCode, harmless } from '../errors.ts'
import type { Observe } from '../observe.ts'
import type { Delivery } from './delivery.ts'
import type { DeliveryAuth } from './delivery-auth.ts'
import type { DeliveryClaims } from './delivery-claims.ts'
import type { DeliveryQueue } from './delivery-queue.ts'
import type { DeliveryRoute } from './delivery-route.ts'
import type { DeliveryHandlers, WebhookHandler } from './handlers.ts'
import { HandlingRoute } from './handling-route.ts'
import { QueueingRoute } from './queueing-route.ts'
import { errorReporter, type ReportError } from './report-error.ts'
import { createDeliveryVerifier, type VerifyDeliveryOptions } from './verify-delivery.ts'
import type { WebhookRequest, WebhookResponse } from './webhook-request.ts'
import { type DeliveryStatus, errorResponse } from './webhook-response.ts'

/** GitHub lets people redeliver for three days. */
const REMEMBER_MS = 3 * 24 * 60 * 60 * 1_000

/** What observers are told of errors that are not the sender's. */
const REFUSALS: ReadonlyMap<HubauthErrorCode | undefined, 'running' | 'failed'> = new Map([
  ['WEBHOOK_ALREADY_RUNNING', 'running'],
  ['WEBHOOK_HANDLER_FAILED', 'failed'],
  ['WEBHOOK_QUEUE_UNAVAILABLE', 'failed'],
])

/** Options of {@link createWebhookReceiver}. */
export interface WebhookReceiverOptions<Github = undefined> extends VerifyDeliveryOptions {
  /** Makes the second argument of every handler: pass the result of `createGitHubAuth` to get the installation. */
  readonly auth?: DeliveryAuth<Github> | undefined
  /**
   * Where to put deliveries in place of handling them here, before the answer; `createDeliveryWorker({ queue })` handles
   * them. Every event but `ping` is put there. It goes without `claims` and `acknowledgeAfterMs`: the queue knows
   * duplicates.
   */
  readonly queue?: DeliveryQueue | undefined
  /**
   * How long to wait for the handlers before answering 202, in milliseconds; they go on after that. Default
   * 8 000. 0 answers at once, Infinity only when the handlers are done.
   */
  readonly acknowledgeAfterMs?: number | undefined
  /** Where handled deliveries are remembered. Default `memoryClaims()`; `none` handles duplicates again. */
  readonly claims?: DeliveryClaims | 'none' | undefined
  /** How long a handled or queued delivery is remembered, in milliseconds. Default 259 200 000 (three days). */
  readonly rememberMs?: number | undefined
  /**
   * Told of everything that fails here: what handlers threw, a body that a parser consumed, a claim store or a queue that
   * is down. Default: printed with `console.error`.
   */
  readonly onError?: ((error: unknown, delivery: Delivery | undefined) => void) | undefined
  /** Told what became of every request. See {@link DeliveryEvent}. */
  readonly observe?: Observe | undefined
  readonly clock?: Clock | undefined
}

/** Receives deliveries: verifies them, drops duplicates, runs the handlers or fills the queue, and knows what to answer. */
export interface WebhookReceiver<Github = undefined> extends DeliveryHandlers<Github> {
  /** Handles a request. Never rejects: every outcome has a response. */
  receive(request: WebhookRequest): Promise<WebhookResponse>
  /** Only verifies and parses a request, for those who keep their own route. @throws {HubauthError} */
  verify(request: WebhookRequest): Promise<Delivery>
  /** Refuses new deliveries (503) and resolves when the running handlers are done, or what is being queued is. */
  close(): Promise<void>
}

/**
 * Makes a webhook receiver.
 *
 * Answers: 200 handled, ignored or a duplicate; 202 accepted, the handlers still run, or queued; 400 malformed; 401 not
 * signed with a known secret; 405, 413, 415; 409 the same delivery is being handled right now; 500 a handler failed; 503
 * the queue failed.
 *
 * @throws {TypeError} When there is no secret, an option is out of range, or has no meaning with `queue`.
 */
export function createWebhookReceiver<Github = undefined>(
  options: WebhookReceiverOptions<Github>,
): WebhookReceiver<Github> {
  return new Receiver<Github>(options)
}

/**
 * For mounts: checks what they were given, so that a wrong import is found when the server is put together.
 *
 * @throws {TypeError} Unless it has the methods of a receiver.
 */
export function checkReceiver(
  receiver: Pick<WebhookReceiver, 'receive'> | Pick<WebhookReceiver, 'verify'>,
): void {
  const { receive, verify }: Partial<WebhookReceiver> = receiver ?? {}
  if (typeof (receive ?? verify) !== 'function')
    throw new TypeError('Expected the receiver that createWebhookReceiver() makes.')
}

class Receiver<Github> implements WebhookReceiver<Github> {
  readonly verify: (request: WebhookRequest) => Promise<Delivery>
  readonly #route: DeliveryRoute<Github>
  readonly #report: ReportError
  readonly #observe: Observe | undefined
  readonly #clock: Clock
  #closed = false

  constructor(options: WebhookReceiverOptions<Github>) {
    this.verify = createDeliveryVerifier(options)
    this.#report = errorReporter(options.onError)
    this.#observe = options.observe && harmless(options.observe)
    this.#clock = options.clock ?? systemClock
    const { rememberMs = REMEMBER_MS, queue } = options
    if (!(rememberMs > 0)) throw new TypeError('rememberMs: expected more than 0 milliseconds.')
    const means = { rememberMs, report: this.#report, observe: this.#observe, clock: this.#clock }
    this.#route =
      queue === undefined
        ? new HandlingRoute<Github>({ ...options, ...means })
        : new QueueingRoute<Github>({ ...options, ...means, queue })
  }

  on<Payload>(name: string, handler: WebhookHandler<Payload, Github>): this {
    this.#route.on(name, handler)
    return this
  }

  async receive(request: WebhookRequest): Promise<WebhookResponse> {
    const receivedAt = this.#observe === undefined ? 0 : this.#clock.now()
    let delivery: Delivery | undefined
    let response: WebhookResponse
    try {
      if (this.#closed) throw closed()
      delivery = await this.verify(request)
      if (this.#closed) throw closed()
      const taken = this.#route.take(delivery, request)
      response = taken instanceof Promise ? await taken : taken
    } catch (error) {
      response = errorResponse(error)
      if (response.status === 500) this.#report(error, undefined)
    }
    if (this.#observe !== undefined) this.#tell(response, { delivery, receivedAt })
    return response
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#route.close()
  }

  #tell(
    response: WebhookResponse,
    { delivery, receivedAt }: { readonly delivery: Delivery | undefined; readonly receivedAt: number },
  ): void {
    const said: { readonly status?: DeliveryStatus; readonly error?: { readonly code: HubauthErrorCode } } =
      JSON.parse(response.body)
    this.#observe?.({
      type: 'delivery',
      event: delivery?.event,
      action: delivery?.action,
      id: delivery?.id,
      outcome: said.status ?? REFUSALS.get(said.error?.code) ?? 'refused',
      status: response.status,
      durationMs: Math.max(0, this.#clock.now() - receivedAt),
      error: said.error?.code,
    })
  }
}

function closed(): HubauthError {
  return new HubauthError('WEBHOOK_CLOSED', 'This server is shutting down.')
}
