import type { IncomingMessage } from 'node:http'
import type { GitHubState } from '../state/github-state.ts'
import { headerOf, type RequestTarget } from './api-request.ts'
import type { Method, RequestContext } from './route.ts'
import type { RouteMatch } from './router.ts'

/** What any endpoint sees of a request that matched it. */
export function requestContext(
  { state, baseUrl }: { readonly state: GitHubState; baseUrl(): string },
  exchange: {
    readonly request: IncomingMessage
    readonly target: RequestTarget
    readonly match: RouteMatch<{ readonly method: Method; readonly path: string }>
  },
): RequestContext {
  const { request, target, match } = exchange
  return {
    state,
    now: state.clock.now(),
    urls: { api: baseUrl() + target.mount, web: baseUrl() },
    method: match.route.method,
    param: (name) => match.params.get(name) ?? '',
    query: target.query,
    path: target.path,
    header: (name) => headerOf(request.headers, name),
  }
}
