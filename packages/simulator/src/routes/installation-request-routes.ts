import { installationRequestResource } from '../resources/installation-request-resource.ts'
import { paginate } from '../server/pagination.ts'
import { ok } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import { appRoute } from './route-kinds.ts'

/** Who asked for an app that only the owners of the account can install. */
export const INSTALLATION_REQUEST_ROUTES: readonly Route[] = [
  appRoute({
    method: 'GET',
    path: '/app/installation-requests',
    docs: 'rest/apps/apps#list-installation-requests-for-the-authenticated-app',
    handle: (context, app) => {
      const { items, headers } = paginate(context.state.installationRequests.of(app), context)
      return ok(
        items.map((request) => installationRequestResource(request, context.urls)),
        headers,
      )
    },
  }),
]
