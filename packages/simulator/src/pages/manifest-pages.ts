import { MAX_APP_NAME_LENGTH } from '../changes/app-changes.ts'
import type { Reply } from '../server/reply.ts'
import type { WebContext } from '../server/web-route.ts'
import type { App } from '../state/entities.ts'
import type { ManifestRequest } from '../state/oauth/oauth-state.ts'
import { formToken } from './form.ts'
import { html } from './html.ts'
import { page } from './page.ts'
import { userChoice } from './user-choice.ts'

/** Asks whether an app shall be registered, and under which name. */
export function registerAppPage(
  context: WebContext,
  request: ManifestRequest,
  { name = request.manifest.name, problem }: { readonly name?: string; readonly problem?: string } = {},
): Reply {
  const { state, path } = context
  const { manifest, organization } = request
  const content = html`${problem === undefined ? undefined : html`<p role="alert">${problem}</p>`}
<p>The app will be owned by ${organization === undefined ? 'you' : organization.login}.</p>
<form method="post" action="${path}">
${formToken(state.oauth.forms.manifest, request, context)}
<p><label for="name">GitHub App name</label>
<input id="name" name="name" value="${name}" maxlength="${MAX_APP_NAME_LENGTH}" required></p>
${userChoice(state)}
<p>Permissions:</p>
<ul>
${Object.entries(manifest.permissions).map(([permission, level]) => html`<li>${permission}: ${level}</li>\n`)}
</ul>
<p><button>Create GitHub App</button></p>
</form>`
  const status = problem === undefined ? 200 : 422
  return page('Register GitHub App', content, { status, leadsTo: manifest.redirectUrl })
}

/** Says what is wrong with a manifest. */
export function invalidManifestPage(problem: string): Reply {
  const content = html`<p>The configuration does not appear to be a valid GitHub App manifest.</p>
<p role="alert">Error ${problem}</p>`
  return page('Invalid GitHub App configuration', content, { status: 422 })
}

/** What is left to say when there is nowhere to send the code to. */
export function registeredPage(app: App): Reply {
  return page(app.name, html`<p>The app was registered.</p>`)
}
