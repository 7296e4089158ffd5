import type { Clock } from '../clock.ts'
import { type Answer, ask, type DeliveriesApp, type Interruption } from './deliveries-api.ts'
import { type DeliveryAttempt, isSuccess, parseAttempts, unexpected } from './delivery-attempt.ts'

/**
 * An attempt is listed when it is over, with the time at which it began: lists are not quite in the order of time, and
 * what began lately may still come. GitHub waits 30 s for an answer at most; this allows for queues, too.
 */
const LATE_MS = 600_000

/** A delivery that no attempt brought to the receiver. */
export interface FailedDelivery {
  readonly first: DeliveryAttempt
  readonly last: DeliveryAttempt
  /** How many attempts there were. */
  readonly attempts: number
}

/** What GitHub's list says. */
export interface FailedDeliveries {
  /** What failed, and began within the time that was asked for; oldest first. */
  readonly failed: readonly FailedDelivery[]
  /** When the list was read, in epoch milliseconds of GitHub's clock. */
  readonly readAt: number
  /** All that began before this moment of GitHub's clock is in the list, in epoch milliseconds. */
  readonly listedUntil: number
}

/** Options of {@link findFailed}. */
export interface FindFailedOptions {
  /** Epoch milliseconds of GitHub's clock: deliveries that began before are left out. */
  readonly since: number
  /** In milliseconds: deliveries that began longer ago are left out. */
  readonly maxAgeMs: number
  readonly signal: AbortSignal | undefined
  readonly clock: Clock
}

/**
 * Reads the app's deliveries, newest first, as far back as asked.
 *
 * @throws {HubauthError} When GitHub does not give its list.
 */
export async function findFailed(
  app: DeliveriesApp,
  { since, maxAgeMs, signal, clock }: FindFailedOptions,
): Promise<FailedDeliveries | Interruption> {
  const groups = new Groups()
  const visited = new Set<string>()
  let readAt: number | undefined
  let from = since
  let next: string | undefined = '/app/hook/deliveries?per_page=100'
  while (next !== undefined) {
    if (visited.has(next)) throw unexpected('The list of deliveries goes in circles.')
    visited.add(next)
    const page: Answer | Interruption = await ask(app, next, { method: 'GET', signal, clock })
    if (typeof page === 'string') return page
    if (readAt === undefined) {
      readAt = dateOf(page) ?? clock.now()
      from = Math.max(since, readAt - maxAgeMs)
    }
    const attempts = parseAttempts(page.text)
    for (const attempt of attempts) groups.add(attempt)
    const isFarEnough = attempts.some(({ deliveredAt }) => deliveredAt < from - LATE_MS)
    next = isFarEnough ? undefined : nextOf(page)
  }
  const now = readAt ?? clock.now()
  return { failed: groups.failed(from), readAt: now, listedUntil: now - LATE_MS }
}

/** The attempts of each delivery, in no order that would matter. One that came needs no more than its GUID. */
class Groups {
  readonly #groups = new Map<string, { readonly attempts: DeliveryAttempt[] } | 'delivered'>()

  add(attempt: DeliveryAttempt): void {
    const { guid } = attempt
    const group = this.#groups.get(guid)
    if (group === 'delivered') return
    if (isSuccess(attempt)) this.#groups.set(guid, 'delivered')
    else if (group !== undefined) group.attempts.push(attempt)
    else this.#groups.set(guid, { attempts: [attempt] })
  }

  /**
   * Those that failed and whose first attempt is in the list, not before `from`. Of the others some attempts are not in the
   * list any more, and one of these may have succeeded.
   */
  failed(from: number): FailedDelivery[] {
    const failed: FailedDelivery[] = []
    for (const group of this.#groups.values()) {
      if (group === 'delivered') continue
      const attempts = group.attempts.toSorted((one, other) => other.deliveredAt - one.deliveredAt)
      const first = attempts.findLast(({ redelivery }) => !redelivery)
      const [last = first] = attempts
      if (first === undefined || last === undefined || first.deliveredAt < from) continue
      failed.push({ first, last, attempts: attempts.length })
    }
    return failed.sort((one, other) => byTime(one.first, other.first))
  }
}

/** Times are whole seconds: within one, the ids tell the order. They are too long for numbers. */
function byTime(one: DeliveryAttempt, other: DeliveryAttempt): number {
  if (one.deliveredAt !== other.deliveredAt) return one.deliveredAt - other.deliveredAt
  return BigInt(one.id) < BigInt(other.id) ? -1 : 1
}

function dateOf({ headers }: Answer): number | undefined {
  const date = Date.parse(headers.get('date') ?? '')
  return Number.isNaN(date) ? undefined : date
}

/** @throws {HubauthError} `UNEXPECTED_RESPONSE`. */
function nextOf({ headers }: Answer): string | undefined {
  const next = /<([^>]*)>[^,<]*\brel="?next\b/.exec(headers.get('link') ?? '')?.[1]
  if (next === undefined || URL.canParse(next)) return next
  throw unexpected('The list of deliveries goes on at what is no address.')
}
