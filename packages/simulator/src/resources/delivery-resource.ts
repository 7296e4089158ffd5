import type { Delivery } from '../webhooks/delivery-log.ts'
import { timestamp } from './timestamp.ts'

type Resource = Readonly<Record<string, unknown>>

/** GitHub's `hook-delivery-item`. */
export function deliveryItemResource(delivery: Delivery): Resource {
  const { message, outcome } = delivery
  return {
    id: delivery.id,
    guid: message.guid,
    delivered_at: timestamp(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: Math.round(delivery.durationMs / 10) / 100,
    status: outcome.status,
    status_code: outcome.statusCode,
    event: message.event,
    action: message.action,
    installation_id: message.installationId,
    repository_id: message.repositoryId,
    throttled_at: null,
  }
}

/** GitHub's `hook-delivery`, with what was sent and what came back. A payload that is no JSON object is null. */
export function deliveryResource(delivery: Delivery): Resource {
  const { requestHeaders, response, message, url } = delivery
  return {
    ...deliveryItemResource(delivery),
    url,
    request: { headers: requestHeaders, payload: payloadOf(message.json) },
    response: { headers: response?.headers ?? null, payload: response?.body ?? null },
  }
}

function payloadOf(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json)
    return typeof value === 'object' && !Array.isArray(value) ? value : null
  } catch {
    return null
  }
}
