import type { IncomingHttpHeaders } from 'node:http'
import { ENTERPRISE_GRAPHQL, ENTERPRISE_MOUNT } from './urls.ts'

/** A request line, taken apart. Nothing in here can throw, whatever was sent. */
export interface RequestTarget {
  /** As it was sent, without the query: `/api/v3/repos/acme/api`. */
  readonly sent: string
  /** Below the mount, still percent-encoded: `/repos/acme/api`. */
  readonly path: string
  readonly mount: '' | typeof ENTERPRISE_MOUNT
  readonly query: URLSearchParams
}

/** Takes a request line apart: a path, or a whole address as proxies get it. */
export function parseTarget(target: string): RequestTarget {
  const relative = target.replace(/^https?:\/\/[^/?#]*/i, '')
  const mark = relative.indexOf('?')
  const full = mark === -1 ? relative : relative.slice(0, mark)
  const query = new URLSearchParams(mark === -1 ? '' : relative.slice(mark + 1))
  if (full === ENTERPRISE_GRAPHQL) return { sent: full, path: '/graphql', mount: ENTERPRISE_MOUNT, query }
  if (full === ENTERPRISE_MOUNT || full.startsWith(`${ENTERPRISE_MOUNT}/`)) {
    return { sent: full, path: full.slice(ENTERPRISE_MOUNT.length) || '/', mount: ENTERPRISE_MOUNT, query }
  }
  return { sent: full || '/', path: full || '/', mount: '', query }
}

/** Decodes one path segment; junk stays as it is and so matches nothing. */
export function decodeSegment(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    return decodeURIComponent(segment)
  } catch {
    return segment
  }
}

/** The first value of a header. */
export function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name]
  return typeof value === 'string' ? value : value?.[0]
}
