import type { Delivery } from './delivery.ts'
import type { WebhookHandler } from './handlers.ts'
import type { WebhookRequest, WebhookResponse } from './webhook-request.ts'

/** What a receiver does with deliveries once they are verified. */
export interface DeliveryRoute<Github> {
  on<Payload>(name: string, handler: WebhookHandler<Payload, Github>): void
  /** What to answer. Rejects with what becomes an `errorResponse`. */
  take(delivery: Delivery, request: WebhookRequest): WebhookResponse | Promise<WebhookResponse>
  /** Resolves when nothing is under way; nothing is taken after it. */
  close(): Promise<void>
}
