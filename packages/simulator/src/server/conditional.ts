import { createHash } from 'node:crypto'
import type { Reply } from './reply.ts'
import type { RequestContext } from './route.ts'

const NOT_MODIFIED = 304

/**
 * Gives an answer its validators, or answers 304 when the client has it already. `If-None-Match` wins over
 * `If-Modified-Since` (RFC 9110, section 13.2.2).
 *
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
 */
export function conditional(reply: Reply, { header }: RequestContext): Reply {
  if (reply.status !== 200 || !isJson(reply.body)) return reply
  const body = Buffer.from(JSON.stringify(reply.body))
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`
  const modifiedAt = updatedAt(reply.body)
  const headers = {
    ...reply.headers,
    'cache-control': 'private, max-age=60, s-maxage=60',
    etag,
    ...(modifiedAt === undefined ? {} : { 'last-modified': new Date(modifiedAt).toUTCString() }),
  }
  const unchanged = isFresh({ etag, modifiedAt }, header('if-none-match'), header('if-modified-since'))
  return unchanged ? { status: NOT_MODIFIED, headers } : { status: reply.status, body, headers }
}

function isJson(body: unknown): boolean {
  return body !== undefined && typeof body !== 'string' && !(body instanceof Buffer)
}

function isFresh(
  { etag, modifiedAt }: { etag: string; modifiedAt: number | undefined },
  noneMatch: string | undefined,
  modifiedSince: string | undefined,
): boolean {
  if (noneMatch !== undefined)
    return noneMatch.trim() === '*' || noneMatch.split(',').some((tag) => weak(tag) === weak(etag))
  const since = Date.parse(modifiedSince ?? '')
  return modifiedAt !== undefined && !Number.isNaN(since) && modifiedAt <= since
}

function weak(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}

function updatedAt(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || !('updated_at' in body)) return undefined
  const at = Date.parse(String(body.updated_at))
  return Number.isNaN(at) ? undefined : at
}
