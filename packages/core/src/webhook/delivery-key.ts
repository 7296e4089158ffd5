import type { Delivery } from './delivery.ts'
import type { WebhookRequest } from './webhook-request.ts'

/** 128 bits, in hex digits: enough to tell bodies apart, and too little to forge a signature from. */
const SIGNATURE_HALF = 32

/**
 * What a verified delivery and its duplicates have in common: its target (two apps get the same delivery id), its id, and half
 * of its signature, which stands for the digest of the body.
 */
export function deliveryKey(
  { targetType, targetId, hookId, id }: Delivery,
  request: Pick<WebhookRequest, 'header'>,
): string {
  const digest = request.header('x-hub-signature-256')?.slice(-SIGNATURE_HALF)
  // Header values have no line breaks, so these parts cannot run into each other.
  return `${targetType}\n${targetId}\n${hookId}\n${id}\n${digest}`
}
