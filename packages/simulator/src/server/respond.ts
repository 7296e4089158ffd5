import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { RequiredPermission } from '../state/permissions.ts'
import { CORS_HEADERS } from './cors.ts'
import type { RateLimitStatus } from './rate-limits.ts'
import type { Reply } from './reply.ts'

/** What goes into the headers besides the answer itself. */
export interface ResponseFacts {
  readonly now: number
  readonly headOnly: boolean
  /** Only answers of the API have these. */
  readonly api?: {
    readonly version: string
    readonly limit: RateLimitStatus | undefined
    readonly permission: RequiredPermission | undefined
    /** What a classic personal access token may do; undefined for everything else. */
    readonly scopes: string | undefined
  }
}

/** Writes an answer with the headers that GitHub sends along. */
export function respond(response: ServerResponse, reply: Reply, facts: ResponseFacts): void {
  const body = encode(reply.body)
  const headers: Record<string, string | number> = {
    date: new Date(facts.now).toUTCString(),
    server: 'github.com',
    'x-github-request-id': requestId(),
    ...apiHeaders(facts.api),
  }
  if (reply.status !== 204 && reply.status !== 304) headers['content-length'] = body?.length ?? 0
  if (body !== undefined)
    headers['content-type'] =
      `${typeof reply.body === 'string' ? 'text/html' : 'application/json'}; charset=utf-8`
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name.toLowerCase()] = value
  response.writeHead(reply.status, headers)
  response.end(facts.headOnly ? undefined : body)
}

function apiHeaders(api: ResponseFacts['api']): Record<string, string | number> {
  if (api === undefined) return {}
  const { version, limit, permission, scopes } = api
  return {
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': version,
    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With',
    ...CORS_HEADERS,
    ...limitHeaders(limit),
    ...(scopes === undefined ? {} : { 'x-oauth-scopes': scopes, 'x-accepted-oauth-scopes': '' }),
    ...(permission === undefined
      ? {}
      : { 'x-accepted-github-permissions': `${permission.name}=${permission.level}` }),
  }
}

function limitHeaders(limit: RateLimitStatus | undefined): Record<string, string | number> {
  if (limit === undefined) return {}
  return {
    'x-ratelimit-limit': limit.limit,
    'x-ratelimit-remaining': limit.remaining,
    'x-ratelimit-reset': limit.reset,
    'x-ratelimit-used': limit.used,
    'x-ratelimit-resource': limit.resource,
  }
}

function encode(body: unknown): Buffer | undefined {
  if (body === undefined || body instanceof Buffer) return body
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function requestId(): string {
  // Node keeps random UUIDs in stock, which makes them ten times cheaper than random bytes.
  const digits = randomUUID().replaceAll('-', '').toUpperCase()
  return `${digits.slice(0, 4)}:${digits.slice(4, 10)}:${digits.slice(10, 17)}:${digits.slice(17, 24)}:${digits.slice(24)}`
}
