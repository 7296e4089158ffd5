import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { AppJwtVerifier } from '../auth/app-jwt.ts'
import { type Actor, authenticate } from '../auth/authenticate.ts'
import { githubError, Refusal } from '../errors.ts'
import type { Fault, FaultTable } from '../faults/fault-table.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { TokenFormat } from '../state/tokens.ts'
import { headerOf, parseTarget, type RequestTarget } from './api-request.ts'
import { DEFAULT_API_VERSION, selectApiVersion } from './api-versions.ts'
import { type RateLimits, rateLimitSubject } from './rate-limits.ts'
import { readBody } from './read-body.ts'
import type { Reply } from './reply.ts'
import type { RequestLog } from './request-log.ts'
import { respond } from './respond.ts'
import type { RouteMatch, Router } from './router.ts'

/** Longer than clients keep idle connections, so that they never write into one that is being closed. */
const KEEP_ALIVE_MS = 65_000

export interface GitHubServerParts {
  readonly state: GitHubState
  readonly router: Router
  readonly jwts: AppJwtVerifier
  readonly limits: RateLimits
  readonly faults: FaultTable
  readonly log: RequestLog
  readonly tokenFormat: TokenFormat
  /** The address of the API root, known once the server listens. */
  baseUrl(): string
}

interface Exchange {
  readonly request: IncomingMessage
  readonly method: string
  readonly target: RequestTarget
  readonly match: RouteMatch | undefined
  actor: Actor | undefined
  apiVersion: string
}

/** The HTTP side: takes requests through faults, authentication and limits to their routes. */
export function createGitHubServer(parts: GitHubServerParts): Server {
  const server = createServer((request, response) => {
    serve(parts, request, response).catch((error: unknown) => {
      // Such as a fault with a header that HTTP does not allow.
      warn(error)
      response.destroy()
    })
  })
  server.keepAliveTimeout = KEEP_ALIVE_MS
  return server
}

async function serve(
  parts: GitHubServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = request.method ?? 'GET'
  const target = parseTarget(request.url ?? '/')
  const match = parts.router.match(method, target.path)
  const exchange: Exchange = {
    request,
    method,
    target,
    match,
    actor: undefined,
    apiVersion: DEFAULT_API_VERSION,
  }
  const record = (status: number): void =>
    parts.log.add({ method, path: target.mount + target.path, status, route: match?.route.path })
  response.on('error', () => response.destroy())

  const fault = parts.faults.take({ method, path: target.path, route: match?.route.path })
  if (fault?.delayMs !== undefined) await delay(fault.delayMs, undefined, { ref: false })
  if (fault?.response === 'reset' || fault?.response === 'hang') {
    record(0)
    if (fault.response === 'reset') request.socket.resetAndDestroy()
    return
  }
  const reply = faultReply(fault) ?? (await answer(parts, exchange))
  record(reply.status)
  send(parts, exchange, { response, reply })
}

function faultReply(fault: Fault | undefined): Reply | undefined {
  return typeof fault?.response === 'object' ? fault.response : undefined
}

async function answer(parts: GitHubServerParts, exchange: Exchange): Promise<Reply> {
  try {
    return await handle(parts, exchange)
  } catch (error) {
    if (!(error instanceof Refusal)) return unexpected(error)
    const docs = exchange.match?.route.docs
    return githubError(error.code, docs === undefined ? error.options : { docs, ...error.options })
  }
}

/** A defect of the simulator: the client gets a 500, the person in front of it a warning. */
function unexpected(error: unknown): Reply {
  warn(error)
  return githubError('SERVER_ERROR')
}

function warn(error: unknown): void {
  process.emitWarning(error instanceof Error ? error : String(error))
}

async function handle(parts: GitHubServerParts, exchange: Exchange): Promise<Reply> {
  const { request, target, match } = exchange
  const { state, limits } = parts
  if (!request.headers['user-agent']) throw new Refusal('USER_AGENT_MISSING')
  exchange.apiVersion = selectApiVersion(headerOf(request.headers, 'x-github-api-version'))
  const expected = match?.route.actor ?? 'anyone'
  const actor = await authenticate(request.headers.authorization, { state, jwts: parts.jwts, expected })
  exchange.actor = actor
  const now = state.clock.now()
  if (match === undefined) throw new Refusal('NOT_FOUND')
  if (match.route.unmetered !== true && limits.take(actor, now) === undefined) {
    throw new Refusal('RATE_LIMIT_EXCEEDED', { values: { subject: rateLimitSubject(actor) } })
  }
  const body = match.route.method === 'GET' ? {} : await readBody(request)
  return match.route.handle({
    state,
    limits,
    now,
    actor,
    body,
    urls: { api: parts.baseUrl() + target.mount, web: parts.baseUrl() },
    defaults: { tokenFormat: parts.tokenFormat },
    param: (name) => match.params.get(name) ?? '',
    method: match.route.method,
    query: target.query,
    path: target.path,
    header: (name) => headerOf(request.headers, name),
  })
}

function send(
  parts: GitHubServerParts,
  exchange: Exchange,
  { response, reply }: { response: ServerResponse; reply: Reply },
): void {
  const now = parts.state.clock.now()
  const { actor, apiVersion, request, match, method } = exchange
  // What was not read must not block the next request on this connection.
  request.resume()
  respond(response, reply, {
    now,
    apiVersion,
    limit: actor === undefined ? undefined : parts.limits.peek(actor, now),
    permission: match?.route.permission,
    headOnly: method === 'HEAD',
  })
}
