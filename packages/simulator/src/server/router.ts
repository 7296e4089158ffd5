import { decodeSegment } from './api-request.ts'

/** What can be found by method and path. */
export interface Routable {
  readonly method: string
  /** Parameters start with a colon, and take one segment. The last one may start with a star, and takes all that is left. */
  readonly path: string
}

/** The route that was found, and its parameters, decoded. */
export interface RouteMatch<Found> {
  readonly route: Found
  readonly params: ReadonlyMap<string, string>
}

interface Node<Found> {
  readonly literal: Map<string, Node<Found>>
  parameter: Node<Found> | undefined
  rest: Node<Found> | undefined
  readonly routes: Map<string, Found>
}

/** Finds the route of a path, segment by segment; a literal segment wins over a parameter, and that over a rest. */
export class Router<Found extends Routable> {
  readonly #root: Node<Found> = node()

  constructor(routes: readonly Found[]) {
    for (const route of routes) {
      let at = this.#root
      for (const segment of segmentsOf(route.path)) at = child(at, segment)
      at.routes.set(route.method, route)
    }
  }

  match(method: string, path: string): RouteMatch<Found> | undefined {
    const segments = segmentsOf(path)
    const route = find(this.#root, { segments, method: method === 'HEAD' ? 'GET' : method, index: 0 })
    if (route === undefined) return undefined
    const params = new Map<string, string>()
    for (const [index, name] of segmentsOf(route.path).entries()) {
      if (name.startsWith(':')) params.set(name.slice(1), decodeSegment(segments[index] ?? ''))
      if (name.startsWith('*')) params.set(name.slice(1), segments.slice(index).map(decodeSegment).join('/'))
    }
    return { route, params }
  }
}

function find<Found>(
  at: Node<Found>,
  wanted: { segments: readonly string[]; method: string; index: number },
): Found | undefined {
  const segment = wanted.segments[wanted.index]
  if (segment === undefined) return at.routes.get(wanted.method)
  const rest = { ...wanted, index: wanted.index + 1 }
  const literal = at.literal.get(segment)
  const found = literal === undefined ? undefined : find(literal, rest)
  if (found !== undefined) return found
  const named = segment === '' || at.parameter === undefined ? undefined : find(at.parameter, rest)
  return named ?? at.rest?.routes.get(wanted.method)
}

function child<Found>(at: Node<Found>, segment: string): Node<Found> {
  if (segment.startsWith(':')) {
    at.parameter ??= node()
    return at.parameter
  }
  if (segment.startsWith('*')) {
    at.rest ??= node()
    return at.rest
  }
  const known = at.literal.get(segment) ?? node<Found>()
  at.literal.set(segment, known)
  return known
}

function node<Found>(): Node<Found> {
  return { literal: new Map(), parameter: undefined, rest: undefined, routes: new Map() }
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1)
}
