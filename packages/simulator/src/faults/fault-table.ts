import { normalizeRoute } from '../route-pattern.ts'
import type { KnownRoutes } from '../schema/known-routes.ts'
import type { DelayRange, Fault, FaultHandle, FaultReport } from './fault.ts'
import { checkedFault } from './fault-schema.ts'
import { seededRandom } from './seeded-random.ts'

const DEFAULT_SEED = 1
/** Spent faults that are still reported, so that a client of the control API can ask for their hits. */
const KEPT_SPENT = 1_000
/** Every fault is compared with every request. */
const MAX_ACTIVE = 10_000

interface ActiveFault {
  readonly id: number
  readonly fault: Fault
  readonly times: number
  readonly matches: (request: MatchableRequest) => boolean
  readonly random: () => number
  hits: number
  toPass: number
}

interface MatchableRequest {
  readonly method: string
  readonly path: string
  readonly route: string | undefined
}

interface FaultTableOptions {
  /** The endpoints there are, so that a fault cannot wait for one that is not. */
  readonly routes: KnownRoutes
  readonly seed?: number | undefined
}

/** A fault that hits a request now. */
export interface FaultHit {
  readonly fault: Fault
  readonly delayMs: number
}

/** The faults in place. Of several that are due, the oldest is the one that happens. */
export class FaultTable {
  readonly #routes: KnownRoutes
  readonly #seed: number
  readonly #active = new Map<number, ActiveFault>()
  readonly #spent = new Map<number, ActiveFault>()
  #added = 0

  constructor({ routes, seed = DEFAULT_SEED }: FaultTableOptions) {
    this.#routes = routes
    this.#seed = seed
  }

  /** @throws {TypeError} naming the field that does not hold. */
  add(given: Fault): FaultHandle {
    const fault = checkedFault(given)
    this.#routes.check(fault.route, 'fault.route')
    if (this.#active.size >= MAX_ACTIVE)
      throw new TypeError(`There are ${MAX_ACTIVE} faults in place already: remove some`)
    this.#added += 1
    const id = this.#added
    const active: ActiveFault = {
      id,
      fault,
      times: fault.times === 'always' ? Number.POSITIVE_INFINITY : (fault.times ?? 1),
      matches: matcher(fault),
      // Faults without a seed draw different numbers, and still the same ones in every run.
      random: seededRandom(fault.seed ?? this.#seed + id - 1),
      hits: 0,
      toPass: fault.after ?? 0,
    }
    this.#active.set(id, active)
    return {
      id,
      get hits() {
        return active.hits
      },
      remove: () => {
        this.#active.delete(id)
      },
    }
  }

  /** The faults in place, and the newest that are spent, oldest first. */
  list(): FaultReport[] {
    const report = ({ id, fault, hits, times }: ActiveFault, remaining: number): FaultReport =>
      Object.freeze({ id, fault, hits, remaining: Math.min(remaining, times) })
    return [
      ...[...this.#spent.values()].map((spent) => report(spent, 0)),
      ...[...this.#active.values()].map((active) => report(active, active.times - active.hits)),
    ].toSorted((one, other) => one.id - other.id)
  }

  /** Whether there was such a fault, spent or not. */
  remove(id: number): boolean {
    const [active, spent] = [this.#active.delete(id), this.#spent.delete(id)]
    return active || spent
  }

  clear(): void {
    this.#active.clear()
    this.#spent.clear()
  }

  /** The fault that hits this request, used up by one. */
  take(request: MatchableRequest): FaultHit | undefined {
    let due: ActiveFault | undefined
    for (const active of this.#active.values()) {
      if (!active.matches(request)) continue
      if (active.toPass > 0) active.toPass -= 1
      // Drawn even when an older fault happens, so that the draws of one fault do not depend on the others.
      else if (active.random() < (active.fault.probability ?? 1)) due ??= active
    }
    if (due === undefined) return undefined
    due.hits += 1
    if (due.hits >= due.times) this.#retire(due)
    return { fault: due.fault, delayMs: delayOf(due.fault.delayMs, due.random) }
  }

  #retire(fault: ActiveFault): void {
    this.#active.delete(fault.id)
    this.#spent.set(fault.id, fault)
    const [oldest] = this.#spent.keys()
    if (this.#spent.size > KEPT_SPENT && oldest !== undefined) this.#spent.delete(oldest)
  }
}

function delayOf(delay: number | DelayRange | undefined, random: () => number): number {
  if (typeof delay !== 'object') return delay ?? 0
  return delay.minMs + Math.round(random() * (delay.maxMs - delay.minMs))
}

function matcher({ method, route, path }: Fault): (request: MatchableRequest) => boolean {
  const wantedMethod = method?.toUpperCase()
  const wantedRoute = route === undefined ? undefined : normalizeRoute(route)
  const pattern = typeof path === 'object' && !(path instanceof RegExp) ? new RegExp(path.pattern) : path
  return (request) => {
    if (wantedMethod !== undefined && wantedMethod !== request.method) return false
    if (wantedRoute !== undefined && wantedRoute !== normalizeRoute(request.route ?? '')) return false
    if (pattern === undefined) return true
    return typeof pattern === 'string' ? pattern === request.path : testOnce(pattern, request.path)
  }
}

// A pattern with `g` or `y` remembers where it stopped; a fault must not.
function testOnce(pattern: RegExp, path: string): boolean {
  pattern.lastIndex = 0
  return pattern.test(path)
}
