import { HubauthError } from '../errors.ts'
import type { WebhookResponse } from './webhook-request.ts'

/**
 * What became of a delivery: `handled`, `accepted` (the handlers still run), `ignored` (no handler), `duplicate`
 * (handled before) or `pong`.
 */
export type DeliveryStatus = 'handled' | 'accepted' | 'ignored' | 'duplicate' | 'pong'

export function deliveryResponse(status: DeliveryStatus): WebhookResponse {
  return json(status === 'accepted' ? 202 : 200, { status })
}

/** The answer to a refused or failed delivery. Errors that are not ours say nothing of themselves. */
export function errorResponse(error: unknown): WebhookResponse {
  const known = HubauthError.isInstance(error)
    ? error
    : new HubauthError('WEBHOOK_HANDLER_FAILED', 'The delivery could not be handled.')
  return json(
    known.status,
    { error: { code: known.code, message: known.message } },
    known.code === 'WEBHOOK_METHOD_NOT_ALLOWED' ? { allow: 'POST' } : {},
  )
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): WebhookResponse {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    body: JSON.stringify(body),
  }
}
