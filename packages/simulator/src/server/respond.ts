import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import type { RateLimitStatus } from './rate-limits.ts'
import type { Reply } from './reply.ts'
import type { RequiredPermission } from './route.ts'

/** What goes into the headers besides the answer itself. */
export interface ResponseFacts {
  readonly now: number
  readonly apiVersion: string
  readonly limit: RateLimitStatus | undefined
  readonly permission: RequiredPermission | undefined
  readonly headOnly: boolean
}

/** Writes an answer with the headers that GitHub sends along. */
export function respond(response: ServerResponse, reply: Reply, facts: ResponseFacts): void {
  const body = encode(reply.body)
  const headers: Record<string, string | number> = {
    date: new Date(facts.now).toUTCString(),
    server: 'github.com',
    'x-github-request-id': requestId(),
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': facts.apiVersion,
    vary: 'Accept, Authorization, Cookie, X-GitHub-OTP,Accept-Encoding, Accept, X-Requested-With',
    ...limitHeaders(facts.limit),
  }
  if (facts.permission !== undefined)
    headers['x-accepted-github-permissions'] = `${facts.permission.name}=${facts.permission.level}`
  if (reply.status !== 204) headers['content-length'] = body?.length ?? 0
  if (body !== undefined)
    headers['content-type'] =
      `${typeof reply.body === 'string' ? 'text/html' : 'application/json'}; charset=utf-8`
  for (const [name, value] of Object.entries(reply.headers ?? {})) headers[name.toLowerCase()] = value
  response.writeHead(reply.status, headers)
  response.end(facts.headOnly ? undefined : body)
}

function limitHeaders(limit: RateLimitStatus | undefined): Record<string, string | number> {
  if (limit === undefined) return {}
  return {
    'x-ratelimit-limit': limit.limit,
    'x-ratelimit-remaining': limit.remaining,
    'x-ratelimit-reset': limit.reset,
    'x-ratelimit-used': limit.used,
    'x-ratelimit-resource': 'core',
  }
}

function encode(body: unknown): Buffer | undefined {
  if (body === undefined) return undefined
  return Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
}

function requestId(): string {
  return randomBytes(18)
    .toString('hex')
    .toUpperCase()
    .replace(/^(.{4})(.{6})(.{6})(.{6})(.*)$/, '$1:$2:$3:$4:$5')
}
