import type { IncomingMessage, ServerResponse } from 'node:http'
import { githubError } from '../errors/github-error.ts'
import { Refusal } from '../errors/refusal.ts'
import type { GitHubState } from '../state/github-state.ts'
import { warn } from '../warn.ts'
import type { RequestTarget } from './api-request.ts'
import { readForm } from './read-body.ts'
import type { Reply } from './reply.ts'
import { requestContext } from './request-context.ts'
import type { RouteMatch } from './router.ts'
import type { StreamRoute, WebRoute } from './web-route.ts'

interface WebParts {
  readonly state: GitHubState
  baseUrl(): string
}

/** Answers a request to a page of the web host. */
export async function servePage(
  parts: WebParts,
  exchange: {
    readonly request: IncomingMessage
    readonly target: RequestTarget
    readonly match: RouteMatch<WebRoute>
  },
): Promise<Reply> {
  const { route } = exchange.match
  try {
    const form = route.method === 'GET' ? new URLSearchParams() : await readForm(exchange.request)
    return await route.handle({ ...requestContext(parts, exchange), form })
  } catch (error) {
    if (error instanceof Refusal) return githubError(error.code, error.options)
    warn(error)
    return githubError('SERVER_ERROR')
  }
}

/** Hands the connection to an endpoint that streams. Whatever it leaves open when it fails is cut. */
export async function serveStream(
  parts: WebParts,
  exchange: {
    readonly request: IncomingMessage
    readonly response: ServerResponse
    readonly target: RequestTarget
    readonly match: RouteMatch<StreamRoute>
  },
): Promise<void> {
  const { request, response, match } = exchange
  try {
    await match.route.handle(requestContext(parts, exchange), { request, response })
  } catch (error) {
    warn(error)
    response.destroy()
  }
}
