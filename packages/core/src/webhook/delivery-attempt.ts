import { HubauthError } from '../errors.ts'

/** One attempt of GitHub to deliver a webhook, as its deliveries API lists it. */
export interface DeliveryAttempt {
  /** GitHub's id of this attempt, in digits: a number is too short for its 64 bits. */
  readonly id: string
  /** The delivery's `X-GitHub-Delivery`, which all its attempts share. */
  readonly guid: string
  readonly event: string
  readonly action: string | undefined
  readonly installationId: number | undefined
  readonly repositoryId: number | undefined
  /** When it began, in epoch milliseconds of GitHub's clock. */
  readonly deliveredAt: number
  /** Whether somebody asked for it. The first attempt of a delivery is none. */
  readonly redelivery: boolean
  /** What the receiver answered, or what GitHub puts in place of an answer: 502, 504. */
  readonly statusCode: number
  /** GitHub's words for that: `OK`, `timed out`. */
  readonly status: string
}

/** Whether the receiver took it. Redirects, which GitHub does not follow, are failures. */
export function isSuccess({ statusCode }: DeliveryAttempt): boolean {
  return statusCode >= 200 && statusCode < 300
}

/** An id as it stands in the text: `JSON.parse` rounds what is above 2^53. Inside of strings its quotes are escaped. */
const ID = /"id":\s*(\d+)/g

/**
 * Reads a page of `GET /app/hook/deliveries`.
 *
 * @throws {HubauthError} `UNEXPECTED_RESPONSE`.
 */
export function parseAttempts(text: string): DeliveryAttempt[] {
  const items = parseJson(text.replace(ID, '"id":"$1"'))
  if (!Array.isArray(items)) throw unexpected('The list of deliveries is no list.')
  return items.map(attemptOf)
}

/** The error for an answer of the deliveries API that it never gives. */
export function unexpected(what: string): HubauthError {
  return new HubauthError('UNEXPECTED_RESPONSE', what)
}

function attemptOf(item: unknown): DeliveryAttempt {
  const fields: Readonly<Record<string, unknown>> = Object(item)
  const { id, guid, event, redelivery, status_code: statusCode } = fields
  const deliveredAt = Date.parse(String(fields.delivered_at))
  if (
    typeof id !== 'string' ||
    !/^\d+$/.test(id) ||
    typeof guid !== 'string' ||
    typeof event !== 'string' ||
    typeof redelivery !== 'boolean' ||
    typeof statusCode !== 'number' ||
    Number.isNaN(deliveredAt)
  )
    throw unexpected('The list of deliveries has an entry without the fields that GitHub documents.')
  return {
    id,
    guid,
    event,
    action: typeof fields.action === 'string' ? fields.action : undefined,
    installationId: numberOf(fields.installation_id),
    repositoryId: numberOf(fields.repository_id),
    deliveredAt,
    redelivery,
    statusCode,
    status: String(fields.status ?? ''),
  }
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
