import type { Reply } from '../server/reply.ts'
import type { WebContext } from '../server/web-route.ts'
import type { Account, App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { InstallRequest } from '../state/oauth/oauth-state.ts'
import { formToken } from './form.ts'
import { html } from './html.ts'
import { page } from './page.ts'
import { userChoice } from './user-choice.ts'

/** More accounts or repositories than this are not listed. */
const MAX_LISTED = 100

/** Asks on which account an app shall be installed. */
export function chooseAccountPage({ state, query }: WebContext, app: App): Reply {
  const accounts = installableBy(state).slice(0, MAX_LISTED)
  const kept = query.get('state')
  const content = html`<p>Where do you want to install ${app.name}?</p>
<form method="get" action="/apps/${app.slug}/installations/new/permissions">
${kept === null ? undefined : html`<input type="hidden" name="state" value="${kept}">`}
<p><label for="target_id">Account</label>
<select id="target_id" name="target_id">
${accounts.map(({ id, login }) => html`<option value="${id}">${login}</option>\n`)}
</select></p>
<p><button>Continue</button></p>
</form>`
  return page(`Install ${app.name}`, content)
}

/** Asks for the repositories that an app may have, or, who does not own the account, for a request to its owners. */
export function confirmInstallPage(context: WebContext, request: InstallRequest): Reply {
  const { state } = context
  const { app, account } = request
  const repositories = state.repositories.of(account).slice(0, MAX_LISTED)
  const content = html`<p>Install on <strong>${account.login}</strong>. Whoever does not own the account asks its owners instead.</p>
<form method="post" action="/apps/${app.slug}/installations">
${formToken(state.oauth.forms.install, request, context)}
${userChoice(state)}
<fieldset>
<legend>Repositories</legend>
<p><label><input type="radio" name="install_target" value="all" checked> All repositories</label></p>
<p><label><input type="radio" name="install_target" value="selected"> Only these:</label></p>
<ul>
${repositories.map(({ id, name }) => html`<li><label><input type="checkbox" name="repository_ids[]" value="${id}"> ${name}</label></li>\n`)}
</ul>
</fieldset>
<p><button>Install</button></p>
</form>`
  return page(`Install ${app.name}`, content, {
    leadsTo: app.oauth.onInstall ? app.oauth.callbackUrls[0] : app.setupUrl,
  })
}

/** Says that there is nothing left to do. */
export function installedPage(app: App): Reply {
  return page(app.name, html`<p>The app is installed, or the owners were asked to install it.</p>`)
}

function installableBy({ accounts, oauth }: GitHubState): Account[] {
  const user = oauth.signedIn
  return [...accounts.all()].filter(
    (account) =>
      account === user ||
      (account.type === 'User' && user === undefined) ||
      (account.type === 'Organization' && (user === undefined || account.members.has(user))),
  )
}
