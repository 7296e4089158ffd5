import type { WebContext } from '../server/web-route.ts'
import type { Account } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { type Html, html } from './html.ts'

/** More users than this are not listed. */
const MAX_LISTED = 100

/** How a page asks who is in front of it: not at all when somebody is signed in. */
export function userChoice(
  { oauth, accounts }: GitHubState,
  { login, everyone = false }: { readonly login?: string | undefined; readonly everyone?: boolean } = {},
): Html {
  const { signedIn } = oauth
  if (signedIn !== undefined && !everyone)
    return html`<p>Signed in as <strong>${signedIn.login}</strong>.</p>`
  const suggested = accounts.find(login ?? '') ?? signedIn
  const users = [...accounts.all()].filter(({ type }) => type === 'User')
  const listed = users.slice(0, MAX_LISTED)
  if (suggested?.type === 'User' && !listed.includes(suggested)) listed.push(suggested)
  return html`<p><label for="login">Continue as</label>
<select id="login" name="login">
${listed.map((user) => option(user, user === suggested))}
</select></p>`
}

/** Who is in front of a page that came back. Undefined when nobody is. */
export function chosenUser(
  { state, form }: Pick<WebContext, 'state' | 'form'>,
  { everyone = false }: { readonly everyone?: boolean } = {},
): Account | undefined {
  const { signedIn } = state.oauth
  const login = form.get('login')
  if (signedIn !== undefined && (!everyone || login === null)) return signedIn
  const chosen = state.accounts.find(login ?? '')
  return chosen?.type === 'User' ? chosen : undefined
}

function option({ login }: Account, selected: boolean): Html {
  return selected
    ? html`<option value="${login}" selected>${login}</option>\n`
    : html`<option value="${login}">${login}</option>\n`
}
