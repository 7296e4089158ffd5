import type { StreamRoute, WebRoute } from '../server/web-route.ts'
import { DEVICE_ROUTES } from './device-routes.ts'
import { INSTALL_ROUTES } from './install-routes.ts'
import { MANIFEST_PAGE_ROUTES } from './manifest-page-routes.ts'
import { OAUTH_ROUTES } from './oauth-routes.ts'

/** Every page and stream of the web host. */
export const WEB_ROUTES: readonly (WebRoute | StreamRoute)[] = [
  ...OAUTH_ROUTES,
  ...DEVICE_ROUTES,
  ...INSTALL_ROUTES,
  ...MANIFEST_PAGE_ROUTES,
]
