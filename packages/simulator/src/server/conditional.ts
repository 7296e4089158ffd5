import { hash } from 'node:crypto'
import type { Reply } from './reply.ts'
import type { RequestContext } from './route.ts'

const NOT_MODIFIED = 304

/**
 * Gives an answer its validators, or answers 304 when the client has it already. Only the ETag decides: `Last-Modified` has
 * whole seconds and does not move with everything an answer says, so `If-Modified-Since` would hide changes.
 *
 * @see https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api#use-conditional-requests-if-appropriate
 */
export function conditional(reply: Reply, { header }: RequestContext): Reply {
  if (reply.status !== 200 || !isJson(reply.body)) return reply
  const body = Buffer.from(JSON.stringify(reply.body))
  const etag = `W/"${hash('sha256', body)}"`
  const modifiedAt = updatedAt(reply.body)
  const headers = {
    ...reply.headers,
    'cache-control': 'private, max-age=60, s-maxage=60',
    etag,
    ...(modifiedAt === undefined ? {} : { 'last-modified': new Date(modifiedAt).toUTCString() }),
  }
  const isKnown = matches(header('if-none-match'), etag)
  return isKnown ? { status: NOT_MODIFIED, headers } : { status: reply.status, body, headers }
}

function isJson(body: unknown): boolean {
  return body !== undefined && typeof body !== 'string' && !(body instanceof Buffer)
}

// RFC 9110, section 13.1.2: a list of tags, compared weakly, or any.
function matches(noneMatch: string | undefined, etag: string): boolean {
  if (noneMatch === undefined) return false
  return noneMatch.trim() === '*' || noneMatch.split(',').some((tag) => weak(tag) === weak(etag))
}

function weak(tag: string): string {
  return tag.trim().replace(/^W\//, '')
}

function updatedAt(body: unknown): number | undefined {
  if (typeof body !== 'object' || body === null || !('updated_at' in body)) return undefined
  const at = Date.parse(String(body.updated_at))
  return Number.isNaN(at) ? undefined : at
}
