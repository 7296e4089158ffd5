import { normalizeRoute } from '../route-pattern.ts'
import { closest, shown } from './mistake.ts'

/** The endpoints there are, so that nobody waits for, or counts, one that is not. */
export class KnownRoutes {
  readonly #routes: ReadonlyMap<string, string>

  constructor(routes: readonly string[]) {
    this.#routes = new Map(routes.map((route) => [normalizeRoute(route), route]))
  }

  /** @throws {TypeError} naming the place of the route, and the endpoint that may be meant. */
  check(route: string | undefined, at: string): void {
    if (route === undefined || this.#routes.has(normalizeRoute(route))) return
    const hint = closest(route, [...this.#routes.values()]) ?? ''
    throw new TypeError(`${at}: the simulator has no endpoint ${shown(route)}${hint}`)
  }
}
