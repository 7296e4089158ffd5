import type { DeliveriesApp } from '../../src/index.ts'

export const MINUTE_MS = 60_000
export const DAY_MS = 86_400_000

/** An attempt, as the list keeps it. */
export interface ListedAttempt {
  readonly id: string
  readonly guid: string
  /** When it began; epoch milliseconds. */
  readonly deliveredAt: number
  readonly redelivery: boolean
  readonly statusCode: number
}

/** What a webhook's receiver answers to an attempt. */
export type Answers = (guid: string) => number

/** 2026-01-01T00:00:00Z. */
const START_MS = 1_767_225_600_000
/** Too long for a number. */
const FIRST_ID = 9_007_199_254_740_993n

/**
 * GitHub's deliveries API in memory, as far as recovery uses it: for thousands of histories. It forgets after three days, lists an
 * attempt when it is over, and its clock is not this machine's.
 */
export class DeliveryList implements DeliveriesApp {
  /** Newest first, with those that are forgotten. */
  readonly attempts: ListedAttempt[] = []
  /** What was sent, as `GET` or `POST <id>`. */
  readonly requests: string[] = []
  now = START_MS
  pageSize = 100
  answers: Answers = () => 200
  /** Hears of every redelivery before it happens. */
  onRedelivery: (guid: string) => void = () => undefined
  /** Answers a request in place of GitHub, or aborts; undefined leaves it to GitHub. */
  before: (request: string) => Response | undefined = () => undefined

  /** Records an attempt that is over now. */
  record(guid: string, { deliveredAt = this.now, redelivery = false, statusCode = 500 } = {}): void {
    const id = String(FIRST_ID + BigInt(this.attempts.length))
    this.attempts.unshift({ id, guid, deliveredAt, redelivery, statusCode })
  }

  of(guid: string): readonly ListedAttempt[] {
    return this.attempts.filter((attempt) => attempt.guid === guid)
  }

  isDelivered(guid: string): boolean {
    return this.of(guid).some(({ statusCode }) => statusCode === 200)
  }

  async fetch(path: string, { method = 'GET', signal }: RequestInit): Promise<Response> {
    const url = new URL(path, 'https://api.github.com')
    const id = /\/deliveries\/(\d+)\/attempts$/.exec(url.pathname)?.[1]
    const request = id === undefined ? method : `${method} ${id}`
    this.requests.push(request)
    const answer = this.before(request)
    signal?.throwIfAborted()
    return answer ?? (id === undefined ? this.#page(url) : this.#redeliver(id))
  }

  #page(url: URL): Response {
    const kept = this.attempts.filter(({ deliveredAt }) => this.now - deliveredAt < 3 * DAY_MS)
    const cursor = url.searchParams.get('cursor')
    const start = cursor === null ? 0 : kept.findIndex(({ id }) => id === cursor)
    const next = kept[start + this.pageSize]
    url.searchParams.set('cursor', next?.id ?? '')
    const text = kept.slice(start, start + this.pageSize).map(listed)
    return new Response(`[${text}]`, {
      headers: {
        date: new Date(this.now).toUTCString(),
        ...(next !== undefined && { link: `<${url}>; rel="next"` }),
      },
    })
  }

  #redeliver(id: string): Response {
    const attempt = this.attempts.find((one) => one.id === id)
    if (attempt === undefined) return Response.json({ message: 'Not Found' }, { status: 404 })
    const { guid } = attempt
    this.onRedelivery(guid)
    this.record(guid, { redelivery: true, statusCode: this.answers(guid) })
    return Response.json({}, { status: 202 })
  }
}

/** As GitHub writes it: with whole seconds, and an id that is no string. */
function listed({ id, guid, deliveredAt, redelivery, statusCode }: ListedAttempt): string {
  const item = {
    guid,
    delivered_at: `${new Date(deliveredAt).toISOString().slice(0, 19)}Z`,
    redelivery,
    duration: 0.1,
    status: statusCode === 200 ? 'OK' : `Invalid HTTP Response: ${statusCode}`,
    status_code: statusCode,
    event: 'issues',
    action: 'opened',
    installation_id: 7,
    repository_id: null,
    throttled_at: null,
  }
  return `{"id":${id},${JSON.stringify(item).slice(1)}`
}
