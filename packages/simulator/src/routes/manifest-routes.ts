import { Refusal } from '../errors/refusal.ts'
import { appResource } from '../resources/app-resource.ts'
import { created } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import { publicRoute } from './route-kinds.ts'

/** The secrets of an app that was registered from a manifest. */
export const MANIFEST_ROUTES: readonly Route[] = [
  publicRoute({
    method: 'POST',
    path: '/app-manifests/:code/conversions',
    docs: 'rest/apps/apps#create-a-github-app-from-a-manifest',
    resource: 'integration_manifest',
    handle: ({ state, urls, param, now }) => {
      const app = state.oauth.manifestCodes.take(param('code'), now)
      if (app === undefined) throw new Refusal('NOT_FOUND')
      return created({
        ...appResource(app, urls),
        client_secret: app.oauth.clientSecret,
        webhook_secret: app.hook.url === undefined ? null : app.hook.secret,
        pem: app.firstKey.pem,
      })
    },
  }),
]
