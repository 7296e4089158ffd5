/** A route pattern with its parameters unnamed, so that GitHub's `{org}` and our `:org` are the same. */
export function normalizeRoute(route: string): string {
  return route.replace(/\{[^}]*\}|[:*][^/]+/g, ':')
}
