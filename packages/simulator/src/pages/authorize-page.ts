import type { Reply } from '../server/reply.ts'
import type { WebContext } from '../server/web-route.ts'
import type { AuthorizationRequest } from '../state/oauth/oauth-state.ts'
import { formToken } from './form.ts'
import { html } from './html.ts'
import { page } from './page.ts'
import { userChoice } from './user-choice.ts'

/** Asks a user whether an app may act for them. `everyone`: also asks who the user is when somebody is signed in. */
export function authorizePage(
  context: WebContext,
  request: AuthorizationRequest & { readonly everyone: boolean },
): Reply {
  const { state, query } = context
  const { app, redirectUri, everyone } = request
  const content = html`<p><strong>${app.name}</strong> by <strong>${app.owner.login}</strong> wants to verify your identity, know which
resources you can access, and act on your behalf.</p>
<form method="post" action="/login/oauth/authorize">
${formToken(state.oauth.forms.authorize, request, context)}
${userChoice(state, { login: query.get('login') ?? undefined, everyone })}
<p><button name="authorize" value="1">Authorize ${app.name}</button>
<button name="authorize" value="0">Cancel</button></p>
</form>
<p>Authorizing will redirect to <strong>${redirectUri}</strong>.</p>`
  return page(`Authorize ${app.name}`, content, { leadsTo: redirectUri })
}

/** What a user sees instead of being sent to a place that the app did not register. */
export function redirectMismatchPage(): Reply {
  const content = html`<p>Be careful!</p>
<p>The <code>redirect_uri</code> is not associated with this application.</p>
<p>The application might be misconfigured or could be trying to redirect you to a website you weren't expecting.</p>`
  return page('Invalid redirect URI', content, { status: 400 })
}
