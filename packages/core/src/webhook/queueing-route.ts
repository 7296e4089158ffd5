import { type Clock, withDeadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { type Delivery, deliveryFormat } from './delivery.ts'
import { applyDelivery, type DeliveryAuth } from './delivery-auth.ts'
import { deliveryKey } from './delivery-key.ts'
import type { DeliveryQueue, QueueEntry } from './delivery-queue.ts'
import type { DeliveryRoute } from './delivery-route.ts'
import { serializeDelivery } from './queued-delivery.ts'
import type { ReportError } from './report-error.ts'
import type { WebhookRequest, WebhookResponse } from './webhook-request.ts'
import { RESPONSES } from './webhook-response.ts'

/** GitHub gives up after 10 s (30 s on Enterprise Server) and does not try again. */
const TIMEOUT_MS = 8_000

/** Options of {@link QueueingRoute}; see `WebhookReceiverOptions`. */
export interface QueueingRouteOptions<Github> {
  readonly queue: Pick<DeliveryQueue, 'add'>
  readonly auth?: DeliveryAuth<Github> | undefined
  readonly acknowledgeAfterMs?: unknown
  readonly claims?: unknown
  readonly rememberMs: number
  readonly report: ReportError
  readonly clock: Clock
}

/** Puts deliveries into a queue, for the handlers of workers. */
export class QueueingRoute<Github> implements DeliveryRoute<Github> {
  readonly #options: QueueingRouteOptions<Github>
  readonly #running = new Set<Promise<unknown>>()

  constructor(options: QueueingRouteOptions<Github>) {
    if (typeof options.queue?.add !== 'function')
      throw new TypeError('queue: expected a DeliveryQueue, such as memoryQueue() makes.')
    if (options.claims !== undefined)
      throw new TypeError('claims: has no meaning with queue, which knows duplicates itself.')
    if (options.acknowledgeAfterMs !== undefined)
      throw new TypeError('acknowledgeAfterMs: has no meaning with queue; the answer waits for nothing else.')
    this.#options = options
  }

  on(name: string): never {
    throw new TypeError(
      `on(${JSON.stringify(name)}): this receiver has a queue, so handlers belong to createDeliveryWorker({ queue }).`,
    )
  }

  take(delivery: Delivery, request: WebhookRequest): WebhookResponse | Promise<WebhookResponse> {
    if (delivery.event === 'ping') return RESPONSES.pong
    const adding = this.#add(delivery, request).finally(() => this.#running.delete(adding))
    this.#running.add(adding)
    return adding
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#running)
  }

  /** Rejects when it is not known that the queue has it; GitHub must then redeliver. */
  async #add(delivery: Delivery, request: WebhookRequest): Promise<WebhookResponse> {
    const { queue, auth, rememberMs, report, clock } = this.#options
    const limit = { clock, timeoutMs: TIMEOUT_MS, what: 'Putting a delivery into the queue' }
    try {
      const entry = entryOf(delivery, { request, receivedAt: clock.now() })
      return await withDeadline(limit, async () => {
        if ((await queue.add(entry, { rememberMs })) === 'duplicate') return RESPONSES.duplicate
        // Not before: a replayed delivery is a duplicate, and must not drop tokens again.
        await applyDelivery(auth, delivery)
        return RESPONSES.queued
      })
    } catch (cause) {
      const what = 'The delivery could not be queued.'
      const error = new HubauthError('WEBHOOK_QUEUE_UNAVAILABLE', what, { cause })
      report(error, delivery)
      throw error
    }
  }
}

function entryOf(
  delivery: Delivery,
  { request, receivedAt }: { readonly request: WebhookRequest; readonly receivedAt: number },
): QueueEntry {
  const format = deliveryFormat(request.header('content-type')) ?? 'json'
  return {
    key: deliveryKey(delivery, request),
    name: delivery.name,
    data: serializeDelivery(delivery, { format, receivedAt }),
  }
}
