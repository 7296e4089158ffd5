import { normalizeRoute } from '../route-pattern.ts'

/** The newest requests that are kept in full. Counts cover all of them. */
const KEPT = 10_000
/** What is kept of a path. Clients may send 16 KB. */
const MAX_PATH_CHARACTERS = 1024

/** One answered request. */
export interface RequestRecord {
  readonly method: string
  /** As sent, without the query, including `/api/v3`. At most its first 1024 characters. */
  readonly path: string
  /** 0 when a fault left the request without an answer. */
  readonly status: number
  /** The pattern of the endpoint, such as `/app/installations/:installation_id`; undefined when there is none. */
  readonly route: string | undefined
}

/** Which requests to count. What is left out matches everything. */
export interface RequestFilter {
  readonly method?: string
  /** The pattern of the endpoint; `:name` and `{name}` both work, and parameter names do not matter. */
  readonly route?: string
  readonly status?: number
}

interface Tally {
  readonly method: string
  readonly route: string
  readonly status: number
  count: number
}

/** Remembers what was asked. */
export class RequestLog {
  #records: RequestRecord[] = []
  readonly #tallies = new Map<string, Tally>()

  add(record: RequestRecord): void {
    this.#records.push({ ...record, path: copied(record.path.slice(0, MAX_PATH_CHARACTERS)) })
    if (this.#records.length >= 2 * KEPT) this.#records = this.#records.slice(-KEPT)
    const route = record.route ?? ''
    const key = `${record.method} ${record.status} ${route}`
    const tally = this.#tallies.get(key)
    if (tally === undefined)
      this.#tallies.set(key, { method: record.method, route, status: record.status, count: 1 })
    else tally.count += 1
  }

  /** The newest requests, oldest first. */
  get records(): readonly RequestRecord[] {
    return this.#records.slice(-KEPT)
  }

  count({ method, route, status }: RequestFilter): number {
    const wantedRoute = route === undefined ? undefined : normalizeRoute(route)
    let total = 0
    for (const tally of this.#tallies.values()) {
      if (method !== undefined && tally.method !== method.toUpperCase()) continue
      if (wantedRoute !== undefined && normalizeRoute(tally.route) !== wantedRoute) continue
      if (status !== undefined && tally.status !== status) continue
      total += tally.count
    }
    return total
  }
}

// A part of a string keeps all of it alive: the whole request line, with its query.
function copied(text: string): string {
  return Buffer.from(text, 'latin1').toString('latin1')
}
