import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Actor } from '../auth/actor.ts'
import type { AppJwtVerifier } from '../auth/app-jwt.ts'
import { authenticate } from '../auth/authenticate.ts'
import { githubError } from '../errors/github-error.ts'
import { Refusal } from '../errors/refusal.ts'
import type { RepositoryContents } from '../git/repository-contents.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { TokenFormat } from '../state/tokens.ts'
import { warn } from '../warn.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import { checkAccept } from './accept.ts'
import { headerOf, type RequestTarget } from './api-request.ts'
import { DEFAULT_API_VERSION, selectApiVersion } from './api-versions.ts'
import { conditional } from './conditional.ts'
import { type RateLimits, rateLimitSubject } from './rate-limits.ts'
import { readJsonObject } from './read-body.ts'
import type { Reply } from './reply.ts'
import { requestContext } from './request-context.ts'
import { respond } from './respond.ts'
import type { Route } from './route.ts'
import type { RouteMatch } from './router.ts'

/** All that a classic personal access token has here: reading and writing whatever its user may. */
const CLASSIC_SCOPES = 'admin:org, repo, user'

/** Tells the person in front of it from a 404 that GitHub would give too. */
const NOT_SIMULATED = { 'x-hubauth-simulator': 'this endpoint is not simulated' }
const ANONYMOUS: Actor = { kind: 'anonymous' }

/** What the API is made of. */
export interface ApiParts {
  readonly state: GitHubState
  readonly jwts: AppJwtVerifier
  readonly limits: RateLimits
  readonly webhooks: Webhooks
  readonly contents: RepositoryContents
  readonly tokenFormat: TokenFormat
  /** The address of the API root, known once the server listens. */
  baseUrl(): string
}

interface ApiExchange {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly method: string
  readonly target: RequestTarget
  readonly match: RouteMatch<Route> | undefined
  record(status: number): void
}

/** What is found out about a request on the way, for the headers of whatever the answer becomes. */
interface Progress {
  /** Whose rate limit is reported: who is not known yet, or refused, is nobody. */
  actor: Actor
  apiVersion: string
}

/** Answers a request to the API: authentication, rate limit, body, endpoint, conditional request. */
export async function serveApi(parts: ApiParts, exchange: ApiExchange): Promise<void> {
  const progress: Progress = { actor: ANONYMOUS, apiVersion: DEFAULT_API_VERSION }
  const reply = await answer(parts, exchange, progress)
  exchange.record(reply.status)
  const { request, response, match, method } = exchange
  const now = parts.state.clock.now()
  const resource = match?.route.resource ?? 'core'
  // What was not read must not block the next request on this connection.
  request.resume()
  respond(response, reply, {
    now,
    headOnly: method === 'HEAD',
    api: {
      version: progress.apiVersion,
      limit: parts.limits.peek(progress.actor, { resource, now }),
      permission: match?.route.permission,
      scopes: scopesOf(progress.actor),
    },
  })
}

async function answer(parts: ApiParts, exchange: ApiExchange, progress: Progress): Promise<Reply> {
  try {
    return await handle(parts, exchange, progress)
  } catch (error) {
    if (error instanceof Refusal) {
      const docs = exchange.match?.route.docs
      return githubError(error.code, docs === undefined ? error.options : { docs, ...error.options })
    }
    warn(error)
    return githubError('SERVER_ERROR')
  }
}

async function handle(parts: ApiParts, exchange: ApiExchange, progress: Progress): Promise<Reply> {
  const { request, match } = exchange
  const { state, limits, jwts } = parts
  if (!request.headers['user-agent']) throw new Refusal('USER_AGENT_MISSING')
  checkAccept(headerOf(request.headers, 'accept'))
  progress.apiVersion = selectApiVersion(headerOf(request.headers, 'x-github-api-version'))
  const expected = match?.route.actor ?? 'anyone'
  const identify = (): Promise<Actor> =>
    authenticate(request.headers.authorization, { state, jwts, expected })
  progress.actor = await identify()
  if (match === undefined) throw new Refusal('NOT_FOUND', { headers: NOT_SIMULATED })
  const limit = { resource: match.route.resource ?? 'core', now: state.clock.now() } as const
  if (match.route.unmetered !== true && !limits.take(progress.actor, limit))
    throw new Refusal('RATE_LIMIT_EXCEEDED', { values: { subject: rateLimitSubject(progress.actor) } })
  const reads = match.route.method === 'GET'
  const body = reads ? {} : await readJsonObject(request)
  // A body may take its time, and a credential that was revoked or expired meanwhile is good for nothing.
  const actor = reads ? progress.actor : await identify()
  const context = requestContext(parts, { ...exchange, match })
  const { tokenFormat, webhooks, contents } = parts
  const reply = await match.route.handle({
    ...context,
    limits,
    webhooks,
    contents,
    actor,
    body,
    defaults: { tokenFormat },
  })
  const final = reads ? conditional(reply, context) : reply
  if (final.status === 304 && actor.kind !== 'anonymous') limits.giveBack(actor, limit)
  return final
}

// https://docs.github.com/apps/oauth-apps/building-oauth-apps/scopes-for-oauth-apps
function scopesOf(actor: Actor): string | undefined {
  return actor.kind === 'user' && actor.token.app === undefined ? CLASSIC_SCOPES : undefined
}
