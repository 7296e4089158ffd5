import { installApp } from '../changes/installation-changes.ts'
import { issueCode } from '../oauth/code-grant.ts'
import { resolveRedirectUri, withParameters } from '../oauth/redirect-uri.ts'
import { staleFormPage, takeForm } from '../pages/form.ts'
import { chooseAccountPage, confirmInstallPage, installedPage } from '../pages/install-pages.ts'
import { notFoundPage, redirect } from '../pages/page.ts'
import { chosenUser } from '../pages/user-choice.ts'
import type { Reply } from '../server/reply.ts'
import type { WebContext, WebRoute } from '../server/web-route.ts'
import type { Account, RepositorySelection } from '../state/entities.ts'
import { parseId } from '../state/ids.ts'
import type { InstallRequest } from '../state/oauth/oauth-state.ts'
import { ownsAccount } from '../state/roles.ts'

/**
 * Installing an app: the page that apps link to, and where it leads.
 *
 * @see https://docs.github.com/apps/using-github-apps/installing-a-github-app-from-a-third-party
 * @see https://docs.github.com/apps/creating-github-apps/registering-a-github-app/about-the-setup-url
 */
export const INSTALL_ROUTES: readonly WebRoute[] = [
  {
    kind: 'page',
    method: 'GET',
    path: '/apps/:slug/installations/new',
    handle(context) {
      const app = context.state.apps.findBySlug(context.param('slug'))
      return app === undefined ? notFoundPage() : chooseAccountPage(context, app)
    },
  },
  {
    kind: 'page',
    method: 'GET',
    path: '/apps/:slug/installations/new/permissions',
    handle(context) {
      const request = requestIn(context)
      return request === undefined ? notFoundPage() : confirmInstallPage(context, request)
    },
  },
  { kind: 'page', method: 'POST', path: '/apps/:slug/installations', handle: install },
]

function requestIn({ state, param, query }: WebContext): InstallRequest | undefined {
  const app = state.apps.findBySlug(param('slug'))
  const targetId = parseId(query.get('target_id') ?? query.get('suggested_target_id') ?? '')
  const account = targetId === undefined ? undefined : state.accounts.findById(targetId)
  if (app === undefined || (account?.type !== 'User' && account?.type !== 'Organization')) return undefined
  return { app, account, state: query.get('state') ?? undefined }
}

function install(context: WebContext): Reply {
  const { state } = context
  const request = takeForm(state.oauth.forms.install, context)
  const user = chosenUser(context)
  if (request === undefined || user === undefined) return staleFormPage()
  const { app, account } = request
  if (ownsAccount(user, account)) return installAs(context, request, user)
  if (!account.members.has(user)) return notFoundPage()
  if (state.installations.findFor(app, account) === undefined)
    state.installationRequests.add(app, account, { requester: user, now: state.clock.now() })
  return leave(context, { request, user }, { setup_action: 'request' })
}

function installAs(context: WebContext, request: InstallRequest, sender: Account): Reply {
  const { app, account } = request
  const selection = selectionIn(context, account)
  if (selection === undefined) return staleFormPage()
  const { installations } = context.state
  const installation =
    installations.findFor(app, account) ??
    installApp(
      context.state,
      { app, account, sender },
      { id: undefined, selection, permissions: app.permissions },
    )
  const parameters = { installation_id: installation.id, setup_action: 'install' }
  return leave(context, { request, user: sender }, parameters)
}

/**
 * Sends a user on: with a code to the callback URL of an app that signs in whoever installs it, to the setup URL of any
 * other, and nowhere when there is none.
 */
function leave(
  context: WebContext,
  { request, user }: { readonly request: InstallRequest; readonly user: Account },
  parameters: Readonly<Record<string, string | number>>,
): Reply {
  const { app, state } = request
  const redirectUri = app.oauth.onInstall ? resolveRedirectUri(app, undefined) : undefined
  if (redirectUri !== undefined) {
    const code = issueCode(context.state, { app, user, redirectUri, codeChallenge: undefined })
    return redirect(withParameters(redirectUri, { code, ...parameters, state }))
  }
  if (app.setupUrl === undefined || app.oauth.onInstall) return installedPage(app)
  return redirect(withParameters(app.setupUrl, { ...parameters, state }))
}

/** Undefined when the page named no repository of the account. */
function selectionIn({ state, form }: WebContext, account: Account): RepositorySelection | undefined {
  if (form.get('install_target') !== 'selected') return 'all'
  const wanted = new Set(form.getAll('repository_ids[]'))
  const chosen = state.repositories.of(account).filter(({ id }) => wanted.has(String(id)))
  return chosen.length === 0 ? undefined : new Set(chosen.map(({ id }) => id))
}
