import type { Reply } from '../server/reply.ts'
import { type Html, html } from './html.ts'

// Pages and redirects carry codes and tokens, so nobody keeps them, frames them, or learns their address.
const SECURE_HEADERS = {
  'cache-control': 'no-store',
  'referrer-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
} as const

/** What a page may have besides title and content. */
export interface PageOptions {
  /** Default 200. */
  readonly status?: number
  /** A URL that a form of the page may lead on to. Browsers block redirects to anywhere else. */
  readonly leadsTo?: string | undefined
}

/** A page without scripts, styles or anything from elsewhere, which nobody can put into a frame. */
export function page(title: string, content: Html, { status = 200, leadsTo }: PageOptions = {}): Reply {
  const body = html`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
</head>
<body>
<main>
<h1>${title}</h1>
${content}
</main>
</body>
</html>
`
  return {
    status,
    body: body.text,
    headers: { ...SECURE_HEADERS, 'content-security-policy': policy(leadsTo) },
  }
}

/** Sends the browser on. */
export function redirect(location: string): Reply {
  return { status: 302, headers: { ...SECURE_HEADERS, location } }
}

/** The page for what does not exist. */
export function notFoundPage(): Reply {
  return page('Not found', html`<p>This is not the web page you are looking for.</p>`, { status: 404 })
}

function policy(leadsTo: string | undefined): string {
  const targets = leadsTo === undefined ? "'self'" : `'self' ${source(new URL(leadsTo))}`
  return `default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action ${targets}`
}

function source({ protocol, host }: URL): string {
  return /^https?:$/.test(protocol) ? `${protocol}//${host}` : protocol
}
