import { randomBytes } from 'node:crypto'
import type { Reply } from '../server/reply.ts'
import type { WebContext } from '../server/web-route.ts'
import type { ExpiringMap } from '../state/oauth/expiring-map.ts'
import type { PageForm } from '../state/oauth/oauth-state.ts'
import { type Html, html } from './html.ts'
import { page } from './page.ts'

const FIELD = 'authenticity_token'

/** Remembers what a form is about, and makes the hidden field that it is found by when it comes back, once. */
export function formToken<About>(
  forms: ExpiringMap<PageForm<About>>,
  about: About,
  { state, now }: Pick<WebContext, 'state' | 'now'>,
): Html {
  const token = randomBytes(32).toString('base64url')
  forms.add(token, { about, signedIn: state.oauth.signedIn }, now)
  return html`<input type="hidden" name="${FIELD}" value="${token}">`
}

/**
 * What a form that came back is about. Undefined for one that another site posted, that came back before, that lay around
 * for too long, or that was shown to somebody else than is signed in now.
 */
export function takeForm<About>(forms: ExpiringMap<PageForm<About>>, context: WebContext): About | undefined {
  if (!isOwnPost(context)) return undefined
  const form = forms.take(context.form.get(FIELD) ?? '', context.now)
  return form?.signedIn === context.state.oauth.signedIn ? form?.about : undefined
}

/** Whether a form has come back, rather than being asked for the first time. */
export function cameBack({ form }: WebContext): boolean {
  return form.has(FIELD)
}

/** What somebody sees whose form does not count. */
export function staleFormPage(): Reply {
  return page(
    'This page is out of date',
    html`<p>Go back, load the page again, and repeat what you did.</p>`,
    {
      status: 422,
    },
  )
}

// Browsers say where a form comes from; what is not a browser says nothing.
function isOwnPost({ header, urls }: WebContext): boolean {
  const origin = header('origin')
  const site = header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  return origin === undefined || origin === urls.web || isSameHost(origin, header('host'))
}

function isSameHost(origin: string, host: string | undefined): boolean {
  return URL.canParse(origin) && new URL(origin).host === host
}
