import { normalizeRoute } from '../server/request-log.ts'

/** What to do to requests, and to which ones. What is left out matches everything. */
export interface Fault {
  readonly method?: string
  /** The pattern of an endpoint, as GitHub documents it: `/orgs/:org/installation` or `/orgs/{org}/installation`. */
  readonly route?: string
  /** An exact path without mount and query, or a pattern for one: `/app/installations/40000001/access_tokens`. */
  readonly path?: string | RegExp
  /** How many requests it hits. Default 1; `Infinity` until removed. */
  readonly times?: number
  /** How many matching requests go by first, whatever other faults do to them. Default 0. */
  readonly after?: number
  /** Waited before anything else, in real milliseconds. Default 0. */
  readonly delayMs?: number
  /** Instead of the real answer. `reset` cuts the connection, `hang` never answers. Default the real answer. */
  readonly response?: FaultResponse
}

/** A made-up answer. An object is sent as JSON, a string as it is. {@link githubError} builds GitHub's own. */
export type FaultResponse =
  | {
      readonly status: number
      readonly headers?: Readonly<Record<string, string>>
      readonly body?: Readonly<Record<string, unknown>> | string
    }
  | 'reset'
  | 'hang'

/** A fault that is in place. */
export interface FaultHandle {
  /** How many requests it hit so far. */
  readonly hits: number
  /** Takes the fault away. Harmless when it is spent. */
  remove(): void
}

interface ActiveFault {
  readonly fault: Fault
  readonly handle: { hits: number }
  toPass: number
}

interface MatchableRequest {
  readonly method: string
  readonly path: string
  readonly route: string | undefined
}

/** The faults in place. Of several that are due, the oldest is the one that happens. */
export class FaultTable {
  readonly #active = new Set<ActiveFault>()

  add(fault: Fault): FaultHandle {
    const { times = 1, after = 0, delayMs = 0 } = fault
    if (!(times >= 1)) throw new TypeError('fail({ times }): times must be at least 1')
    if (!(after >= 0)) throw new TypeError('fail({ after }): after must not be negative')
    if (!(delayMs >= 0)) throw new TypeError('fail({ delayMs }): delayMs must not be negative')
    const counter = { hits: 0 }
    const active: ActiveFault = { fault, handle: counter, toPass: after }
    this.#active.add(active)
    return {
      get hits() {
        return counter.hits
      },
      remove: () => {
        this.#active.delete(active)
      },
    }
  }

  /** The fault that hits this request, used up by one. */
  take(request: MatchableRequest): Fault | undefined {
    let due: ActiveFault | undefined
    for (const active of this.#active) {
      if (!matches(active.fault, request)) continue
      if (active.toPass > 0) active.toPass -= 1
      else due ??= active
    }
    if (due === undefined) return undefined
    due.handle.hits += 1
    if (due.handle.hits >= (due.fault.times ?? 1)) this.#active.delete(due)
    return due.fault
  }
}

function matches(
  fault: Fault,
  request: { method: string; path: string; route: string | undefined },
): boolean {
  if (fault.method !== undefined && fault.method.toUpperCase() !== request.method) return false
  if (fault.route !== undefined) {
    if (request.route === undefined || normalizeRoute(fault.route) !== normalizeRoute(request.route))
      return false
  }
  if (fault.path === undefined) return true
  return typeof fault.path === 'string' ? fault.path === request.path : fault.path.test(request.path)
}
