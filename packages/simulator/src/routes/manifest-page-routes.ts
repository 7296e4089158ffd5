import { randomBytes } from 'node:crypto'
import { appSlug, MAX_APP_NAME_LENGTH, registerApp } from '../changes/app-changes.ts'
import { parseManifest } from '../oauth/app-manifest.ts'
import { withParameters } from '../oauth/redirect-uri.ts'
import { cameBack, staleFormPage, takeForm } from '../pages/form.ts'
import { invalidManifestPage, registerAppPage, registeredPage } from '../pages/manifest-pages.ts'
import { notFoundPage, redirect } from '../pages/page.ts'
import { chosenUser } from '../pages/user-choice.ts'
import type { Reply } from '../server/reply.ts'
import type { WebContext, WebRoute } from '../server/web-route.ts'
import type { Account } from '../state/entities.ts'
import type { ManifestRequest } from '../state/oauth/oauth-state.ts'
import { ownsAccount } from '../state/roles.ts'

/**
 * Registering an app from a manifest: the page that another site posts the manifest to, and the button on it.
 *
 * @see https://docs.github.com/apps/sharing-github-apps/registering-a-github-app-from-a-manifest
 */
export const MANIFEST_PAGE_ROUTES: readonly WebRoute[] = [
  {
    kind: 'page',
    method: 'POST',
    path: '/settings/apps/new',
    handle: (context) => answer(context, undefined),
  },
  {
    kind: 'page',
    method: 'POST',
    path: '/organizations/:org/settings/apps/new',
    handle(context) {
      const organization = context.state.accounts.find(context.param('org'))
      return organization?.type === 'Organization' ? answer(context, organization) : notFoundPage()
    },
  },
]

function answer(context: WebContext, organization: Account | undefined): Reply | Promise<Reply> {
  if (cameBack(context)) return register(context, organization)
  const manifest = parseManifest(context.form.get('manifest') ?? '')
  if (typeof manifest === 'string') return invalidManifestPage(manifest)
  const state = context.query.get('state') ?? undefined
  return registerAppPage(context, { manifest, organization, state })
}

async function register(context: WebContext, organization: Account | undefined): Promise<Reply> {
  const { state, form, now } = context
  const request = takeForm(state.oauth.forms.manifest, context)
  if (request === undefined || request.organization !== organization) return staleFormPage()
  const user = chosenUser(context)
  if (user === undefined) return staleFormPage()
  if (organization !== undefined && !ownsAccount(user, organization)) return notFoundPage()
  const name = (form.get('name') ?? '').trim()
  const again = (problem: string): Reply => registerAppPage(context, request, { name, problem })
  if (name.length > MAX_APP_NAME_LENGTH || appSlug(name) === '')
    return again(`The name must have a letter or a digit, and at most ${MAX_APP_NAME_LENGTH} characters.`)
  const app = await registerApp(state, request.manifest, { name, owner: organization ?? user })
  if (app === undefined) return again('Name is already taken')
  const code = randomBytes(20).toString('hex')
  state.oauth.manifestCodes.add(code, app, now)
  return sendCode(request, code) ?? registeredPage(app)
}

function sendCode({ manifest, state }: ManifestRequest, code: string): Reply | undefined {
  if (manifest.redirectUrl === undefined) return undefined
  return redirect(withParameters(manifest.redirectUrl, { code, state }))
}
