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
  const web = addressedAs(request, baseUrl())
  return {
    state,
    now: state.clock.now(),
    urls: { api: web + target.mount, web },
    method: match.route.method,
    param: (name) => match.params.get(name) ?? '',
    query: target.query,
    path: target.path,
    header: (name) => headerOf(request.headers, name),
  }
}

// Links and redirects lead to where the client is: under another name of this machine, or behind a proxy that does TLS.
// Clients drop their credentials when a redirect leads to another host.
function addressedAs({ headers }: IncomingMessage, baseUrl: string): string {
  const { host } = headers
  if (host === undefined || !/^(?:[\w.-]{1,253}|\[[\da-f:.]{2,45}\])(?::\d{1,5})?$/i.test(host))
    return baseUrl
  return `${headerOf(headers, 'x-forwarded-proto') === 'https' ? 'https' : 'http'}://${host}`
}
