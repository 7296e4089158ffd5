import { decode, encode } from 'jose/base64url'
import { HubauthError } from '../errors.ts'
import { Delivery, type DeliveryFormat, parsePayload, readDeliveryHeaders } from './delivery.ts'

const VERSION = 1
/** The byte order mark is one of the bytes that were signed. */
const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** What a queue has to keep besides the delivery itself. */
export interface Arrival {
  readonly format: DeliveryFormat
  /** When it arrived, in epoch milliseconds. */
  readonly receivedAt: number
}

/** A delivery that was in a queue. */
export interface QueuedDelivery {
  readonly delivery: Delivery
  readonly receivedAt: number
}

/** A delivery as text: JSON, with GitHub's names for the headers. */
export function serializeDelivery(delivery: Delivery, { format, receivedAt }: Arrival): string {
  return JSON.stringify({
    version: VERSION,
    receivedAt,
    format,
    secretIndex: delivery.secretIndex,
    headers: {
      'x-github-delivery': delivery.id,
      'x-github-event': delivery.event,
      'x-github-hook-id': delivery.hookId,
      'x-github-hook-installation-target-type': delivery.targetType,
      'x-github-hook-installation-target-id': delivery.targetId,
      'x-github-enterprise-host': delivery.enterpriseHost,
    },
    ...bodyText(delivery.body),
  })
}

/**
 * The delivery that {@link serializeDelivery} made the text of.
 *
 * @throws {HubauthError} `WEBHOOK_BODY_INVALID` for any other text, without a word of it.
 */
export function parseQueuedDelivery(text: string): QueuedDelivery {
  try {
    const { version, receivedAt, format, secretIndex, headers, ...body } = JSON.parse(text)
    if (version !== VERSION || !isFormat(format) || !isNumber(secretIndex) || !isNumber(receivedAt))
      throw new TypeError('not of this version')
    const header = (name: string) => (headers[name] === undefined ? undefined : String(headers[name]))
    const bytes = bodyBytes(body)
    const payload = parsePayload(bytes, format)
    const delivery = new Delivery(readDeliveryHeaders({ header }), payload, bytes, secretIndex)
    return { delivery, receivedAt }
  } catch {
    // What was thrown may quote the text.
    throw new HubauthError('WEBHOOK_BODY_INVALID', 'An entry of the queue is no delivery that can be read.', {
      remedy:
        'Let nothing but createWebhookReceiver() add entries, and update workers before what adds to their queue.',
    })
  }
}

/** Text takes the least room, and can be read by those who look into the queue. */
function bodyText(body: Uint8Array): { readonly text: string } | { readonly bytes: string } {
  try {
    return { text: UTF8.decode(body) }
  } catch {
    return { bytes: encode(body) }
  }
}

function bodyBytes({ text, bytes }: Readonly<Record<string, unknown>>): Uint8Array {
  if (typeof text === 'string') return new TextEncoder().encode(text)
  if (typeof bytes === 'string') return decode(bytes)
  throw new TypeError('no body')
}

function isFormat(value: unknown): value is DeliveryFormat {
  return value === 'json' || value === 'form'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}
