import {
  removeInstallation,
  suspendInstallation,
  unsuspendInstallation,
} from '../changes/installation-changes.ts'
import { Refusal } from '../errors/refusal.ts'
import { appResource } from '../resources/app-resource.ts'
import { installationResource } from '../resources/installation-resource.ts'
import { paginate } from '../server/pagination.ts'
import { NO_CONTENT, ok } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { App, Installation } from '../state/entities.ts'
import { numericParam } from './numeric-param.ts'
import { appRoute, publicRoute } from './route-kinds.ts'

/** The app itself and its installations. */
export const APP_ROUTES: readonly Route[] = [
  appRoute({
    method: 'GET',
    path: '/app',
    docs: 'rest/apps/apps#get-the-authenticated-app',
    handle: ({ state, urls }, app) =>
      ok({ ...appResource(app, urls), installations_count: state.installations.of(app).length }),
  }),
  publicRoute({
    method: 'GET',
    path: '/apps/:app_slug',
    docs: 'rest/apps/apps#get-an-app',
    handle: ({ state, urls, param }) => {
      const app = state.apps.findBySlug(param('app_slug'))
      if (app === undefined) throw new Refusal('NOT_FOUND')
      return ok(appResource(app, urls))
    },
  }),
  appRoute({
    method: 'GET',
    path: '/app/installations',
    docs: 'rest/apps/apps#list-installations-for-the-authenticated-app',
    handle: (context, app) => {
      const { items, headers } = paginate(updatedSince(context, app), context)
      return ok(
        items.map((installation) => installationResource(installation, context.urls)),
        headers,
      )
    },
  }),
  appRoute({
    method: 'GET',
    path: '/app/installations/:installation_id',
    docs: 'rest/apps/apps#get-an-installation-for-the-authenticated-app',
    handle: (context, app) => ok(installationResource(installationOf(context, app), context.urls)),
  }),
  appRoute({
    method: 'DELETE',
    path: '/app/installations/:installation_id',
    docs: 'rest/apps/apps#delete-an-installation-for-the-authenticated-app',
    handle: (context, app) => {
      removeInstallation(context.state, { installation: installationOf(context, app), sender: app.owner })
      return NO_CONTENT
    },
  }),
  appRoute({
    method: 'PUT',
    path: '/app/installations/:installation_id/suspended',
    docs: 'rest/apps/apps#suspend-an-app-installation',
    handle: (context, app) => {
      suspendInstallation(context.state, { installation: installationOf(context, app), sender: app.owner })
      return NO_CONTENT
    },
  }),
  appRoute({
    method: 'DELETE',
    path: '/app/installations/:installation_id/suspended',
    docs: 'rest/apps/apps#unsuspend-an-app-installation',
    handle: (context, app) => {
      unsuspendInstallation(context.state, { installation: installationOf(context, app), sender: app.owner })
      return NO_CONTENT
    },
  }),
]

/** @throws {Refusal} 404 when there is no such installation of this app. */
export function installationOf(context: RouteContext, app: App): Installation {
  const installation = context.state.installations.find(numericParam(context, 'installation_id'))
  if (installation?.app !== app) throw new Refusal('NOT_FOUND')
  return installation
}

function updatedSince({ state, query }: RouteContext, app: App): Installation[] {
  const since = Date.parse(query.get('since') ?? '')
  const installations = state.installations.of(app)
  return Number.isNaN(since) ? installations : installations.filter(({ updatedAt }) => updatedAt >= since)
}
