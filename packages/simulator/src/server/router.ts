import { decodeSegment } from './api-request.ts'
import type { Route } from './route.ts'

export interface RouteMatch {
  readonly route: Route
  readonly params: ReadonlyMap<string, string>
}

interface Node {
  readonly literal: Map<string, Node>
  parameter: Node | undefined
  readonly routes: Map<string, Route>
}

/** Finds the route of a path, segment by segment; a literal segment wins over a parameter. */
export class Router {
  readonly #root: Node = node()

  constructor(routes: readonly Route[]) {
    for (const route of routes) {
      let at = this.#root
      for (const segment of segmentsOf(route.path)) at = child(at, segment)
      at.routes.set(route.method, route)
    }
  }

  match(method: string, path: string): RouteMatch | undefined {
    const segments = segmentsOf(path)
    const route = find(this.#root, { segments, method: method === 'HEAD' ? 'GET' : method, index: 0 })
    if (route === undefined) return undefined
    const params = new Map<string, string>()
    for (const [index, name] of segmentsOf(route.path).entries()) {
      if (name.startsWith(':')) params.set(name.slice(1), decodeSegment(segments[index] ?? ''))
    }
    return { route, params }
  }
}

function find(
  at: Node,
  wanted: { segments: readonly string[]; method: string; index: number },
): Route | undefined {
  const segment = wanted.segments[wanted.index]
  if (segment === undefined) return at.routes.get(wanted.method)
  const rest = { ...wanted, index: wanted.index + 1 }
  const literal = at.literal.get(segment)
  const found = literal === undefined ? undefined : find(literal, rest)
  if (found !== undefined) return found
  return segment === '' || at.parameter === undefined ? undefined : find(at.parameter, rest)
}

function child(at: Node, segment: string): Node {
  if (segment.startsWith(':')) {
    at.parameter ??= node()
    return at.parameter
  }
  const known = at.literal.get(segment) ?? node()
  at.literal.set(segment, known)
  return known
}

function node(): Node {
  return { literal: new Map(), parameter: undefined, routes: new Map() }
}

function segmentsOf(path: string): string[] {
  return path.split('/').slice(1)
}
