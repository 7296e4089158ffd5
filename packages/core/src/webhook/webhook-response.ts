import { HubauthError } from '../errors.ts'
import type { WebhookResponse } from './webhook-request.ts'

/**
 * What became of a delivery: `handled`, `accepted` (the handlers still run), `queued` (for a worker), `ignored` (no
 * handler), `duplicate` (handled or queued before) or `pong`.
 */
export type DeliveryStatus = 'handled' | 'accepted' | 'queued' | 'ignored' | 'duplicate' | 'pong'

/** The answers to deliveries that were taken, made once. */
export const RESPONSES: Readonly<Record<DeliveryStatus, WebhookResponse>> = {
  handled: json(200, { status: 'handled' }),
  accepted: json(202, { status: 'accepted' }),
  queued: json(202, { status: 'queued' }),
  ignored: json(200, { status: 'ignored' }),
  duplicate: json(200, { status: 'duplicate' }),
  pong: json(200, { status: 'pong' }),
}

/**
 * The answer to a refused or failed delivery; for mounts that verify and run no handlers. An error that is not Hubauth's
 * says nothing of itself: the sender is outside.
 */
export function errorResponse(error: unknown): WebhookResponse {
  const known = HubauthError.isInstance(error)
    ? error
    : new HubauthError('WEBHOOK_HANDLER_FAILED', 'The delivery could not be handled.')
  return json(known.status, { error: { code: known.code, message: known.message } }, known.headers)
}

function json(
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): WebhookResponse {
  const all = Object.freeze({ 'content-type': 'application/json; charset=utf-8', ...headers })
  return Object.freeze({ status, headers: all, body: JSON.stringify(body) })
}
