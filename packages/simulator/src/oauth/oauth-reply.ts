import { escapeHtml } from '../pages/html.ts'
import type { Reply } from '../server/reply.ts'
import { OAuthRefusal, oauthErrorMembers, oauthErrorStatus } from './oauth-errors.ts'

type Members = Readonly<Record<string, string | number>>

const NO_STORE = { 'cache-control': 'no-store' } as const

/**
 * Answers as an OAuth endpoint, in the format that the client accepts: form-encoded unless it asks for JSON or XML. What
 * is thrown as an OAuth error becomes an answer as well.
 */
export function oauthReply(accept: string | undefined, answer: () => Members): Reply {
  try {
    return encoded(200, answer(), accept)
  } catch (error) {
    if (!(error instanceof OAuthRefusal)) throw error
    return encoded(
      oauthErrorStatus(error.code),
      { ...oauthErrorMembers(error.code), ...error.members },
      accept,
    )
  }
}

function encoded(status: number, members: Members, accept = ''): Reply {
  switch (/application\/(json|xml)/i.exec(accept)?.[1]?.toLowerCase()) {
    case 'json':
      return { status, body: members, headers: NO_STORE }
    case 'xml':
      return text(status, xml(members), 'application/xml')
    default:
      return text(status, form(members), 'application/x-www-form-urlencoded')
  }
}

function text(status: number, body: string, type: string): Reply {
  return { status, body, headers: { ...NO_STORE, 'content-type': `${type}; charset=utf-8` } }
}

function form(members: Members): string {
  const fields = new URLSearchParams()
  for (const [name, value] of Object.entries(members)) fields.set(name, String(value))
  return fields.toString()
}

function xml(members: Members): string {
  const elements = Object.entries(members).map(
    ([name, value]) => `  <${name}>${escapeHtml(String(value))}</${name}>\n`,
  )
  return `<?xml version="1.0" encoding="UTF-8"?>\n<OAuth>\n${elements.join('')}</OAuth>\n`
}
