import { fromBase64url, toBase64url } from '../cache/base64url.ts'
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

/** A delivery as text: a line of JSON, with GitHub's names for the headers, and the body below it. */
export function serializeDelivery(delivery: Delivery, { format, receivedAt }: Arrival): string {
  const { encoding, text } = bodyText(delivery.body)
  const headers = {
    'x-github-delivery': delivery.id,
    'x-github-event': delivery.event,
    'x-github-hook-id': delivery.hookId,
    'x-github-hook-installation-target-type': delivery.targetType,
    'x-github-hook-installation-target-id': delivery.targetId,
    'x-github-enterprise-host': delivery.enterpriseHost,
  }
  const { secretIndex } = delivery
  return `${JSON.stringify({ version: VERSION, receivedAt, format, secretIndex, headers, encoding })}\n${text}`
}

/**
 * The delivery that {@link serializeDelivery} made the text of.
 *
 * @throws {HubauthError} `WEBHOOK_BODY_INVALID` for any other text, without a word of it.
 */
export function parseQueuedDelivery(text: string): QueuedDelivery {
  try {
    const end = text.indexOf('\n')
    const { version, receivedAt, format, secretIndex, headers, encoding } = JSON.parse(text.slice(0, end))
    if (version !== VERSION || !isFormat(format) || !isNumber(secretIndex) || !isNumber(receivedAt))
      throw new TypeError('not of this version')
    const header = (name: string) => (headers[name] === undefined ? undefined : String(headers[name]))
    const body = bodyBytes(text.slice(end + 1), encoding)
    const payload = parsePayload(body, format)
    const delivery = new Delivery(readDeliveryHeaders({ header }), payload, body, secretIndex)
    return { delivery, receivedAt }
  } catch {
    // What was thrown may quote the text.
    throw new HubauthError('WEBHOOK_BODY_INVALID', 'An entry of the queue is no delivery that can be read.', {
      remedy:
        'Let nothing but createWebhookReceiver() add entries, and update workers before what adds to their queue.',
    })
  }
}

/** As it is where that is text: quotes in quotes would take half as much room again. */
function bodyText(body: Uint8Array): { readonly encoding: 'utf-8' | 'base64url'; readonly text: string } {
  try {
    return { encoding: 'utf-8', text: UTF8.decode(body) }
  } catch {
    return { encoding: 'base64url', text: toBase64url(body) }
  }
}

function bodyBytes(text: string, encoding: unknown): Uint8Array {
  if (encoding === 'utf-8') return new TextEncoder().encode(text)
  if (encoding === 'base64url') return fromBase64url(text)
  throw new TypeError('no body')
}

function isFormat(value: unknown): value is DeliveryFormat {
  return value === 'json' || value === 'form'
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}
