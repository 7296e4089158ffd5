import { createServer, IncomingMessage, type Server } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { ControlApi } from './control-api/create-control-api.ts'
import { CuttableResponse } from './faults/cuttable-response.ts'
import { faultReply } from './faults/fault-reply.ts'
import type { FaultTable } from './faults/fault-table.ts'
import { parseTarget, type RequestTarget } from './server/api-request.ts'
import { PREFLIGHT_REPLY, withCors } from './server/cors.ts'
import type { Reply } from './server/reply.ts'
import type { RequestLog } from './server/request-log.ts'
import { respond } from './server/respond.ts'
import type { Route } from './server/route.ts'
import type { RouteMatch, Router } from './server/router.ts'
import { type ApiParts, serveApi } from './server/serve-api.ts'
import { servePage, serveStream } from './server/serve-web.ts'
import type { StreamRoute, WebRoute } from './server/web-route.ts'
import { warn } from './warn.ts'

/** Longer than clients keep idle connections, so that they never write into one that is being closed. */
const KEEP_ALIVE_MS = 65_000

/** What the server is made of: the API, pages and streams, faults, and what is remembered of requests. */
export interface GitHubServerParts extends ApiParts {
  readonly api: Router<Route>
  readonly web: Router<WebRoute | StreamRoute>
  readonly faults: FaultTable
  readonly log: RequestLog
}

/** One request on its way. */
interface Exchange {
  readonly request: IncomingMessage
  readonly response: CuttableResponse
  readonly method: string
  readonly target: RequestTarget
}

/**
 * The HTTP side: takes requests through faults to the API, to a page, or to something that streams. A request stays with the
 * parts that are `current` when it comes. Without `control` its addresses are unknown ones.
 */
export function createGitHubServer(
  current: () => GitHubServerParts,
  control: ControlApi | undefined,
): Server {
  const server = createServer({ IncomingMessage, ServerResponse: CuttableResponse }, (request, response) => {
    serve({ ...current(), control }, request, response).catch((error: unknown) => {
      warn(error)
      response.destroy()
    })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  return server
}

async function serve(
  parts: GitHubServerParts & { readonly control: ControlApi | undefined },
  request: IncomingMessage,
  response: CuttableResponse,
): Promise<void> {
  const method = request.method ?? 'GET'
  const target = parseTarget(request.url ?? '/')
  const api = parts.api.match(method, target.path)
  const web = api === undefined && target.mount === '' ? parts.web.match(method, target.path) : undefined
  const route = (api ?? web)?.route.path
  const exchange = { request, response, method, target }
  response.on('error', () => response.destroy())

  if (parts.control?.owns(target) === true) {
    finish(parts, exchange, await parts.control.answer(request, target))
    return
  }
  const record = (status: number): void => parts.log.add({ method, path: target.sent, status, route })
  // Browsers ask on their own: faults and scripts of faults are about what they ask for.
  if (method === 'OPTIONS' && !isWebPath(parts, target)) {
    record(PREFLIGHT_REPLY.status)
    finish(parts, exchange, PREFLIGHT_REPLY)
    return
  }
  const hit = parts.faults.take({ method, path: target.path, route })
  if (hit !== undefined && hit.delayMs > 0) await delay(hit.delayMs, undefined, { ref: false })
  const outcome = hit?.fault.response
  if (outcome === 'reset' || outcome === 'hang') {
    record(0)
    if (outcome === 'reset') request.socket.resetAndDestroy()
    return
  }
  if (outcome === 'truncate') response.cut()
  const reply = hit && faultReply(hit.fault, { now: parts.state.clock.now(), docs: api?.route.docs })
  if (reply !== undefined) {
    record(reply.status)
    finish(parts, exchange, web === undefined ? withCors(reply) : reply)
  } else if (web === undefined) {
    await serveApi(parts, { ...exchange, match: api, record })
  } else {
    await serveWeb(parts, { ...exchange, match: web }, record)
  }
}

// The web host has no CORS: what signs users in is not for pages of other origins.
function isWebPath({ web }: GitHubServerParts, { mount, path }: RequestTarget): boolean {
  return mount === '' && ['GET', 'POST'].some((method) => web.match(method, path) !== undefined)
}

async function serveWeb(
  parts: GitHubServerParts,
  exchange: Exchange & { readonly match: RouteMatch<WebRoute | StreamRoute> },
  record: (status: number) => void,
): Promise<void> {
  const { response, match } = exchange
  if (match.route.kind === 'page') {
    const reply = await servePage(parts, { ...exchange, match: { ...match, route: match.route } })
    record(reply.status)
    finish(parts, exchange, reply)
    return
  }
  // `finish` comes before the client is done with the answer, `close` also when it left.
  let recorded = false
  const recordOnce = (): void => {
    if (!recorded) record(response.headersSent ? response.statusCode : 0)
    recorded = true
  }
  response.once('finish', recordOnce).once('close', recordOnce)
  await serveStream(parts, { ...exchange, match: { ...match, route: match.route } })
}

function finish(parts: GitHubServerParts, { request, response, method }: Exchange, reply: Reply): void {
  // What was not read must not block the next request on this connection.
  request.resume()
  respond(response, reply, { now: parts.state.clock.now(), headOnly: method === 'HEAD' })
}
