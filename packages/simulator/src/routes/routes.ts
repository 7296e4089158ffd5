import type { Route } from '../server/route.ts'
import { ACCESS_TOKEN_ROUTES } from './access-token-routes.ts'
import { APP_ROUTES } from './app-routes.ts'
import { INSTALLATION_LOOKUP_ROUTES } from './installation-lookup-routes.ts'
import { INSTALLATION_ROUTES } from './installation-routes.ts'
import { ISSUE_ROUTES } from './issue-routes.ts'
import { META_ROUTES } from './meta-routes.ts'
import { REPOSITORY_ROUTES } from './repository-routes.ts'
import { USER_ROUTES } from './user-routes.ts'

/** Every endpoint there is. Everything else is GitHub's 404. */
export const ROUTES: readonly Route[] = [
  ...META_ROUTES,
  ...APP_ROUTES,
  ...ACCESS_TOKEN_ROUTES,
  ...INSTALLATION_LOOKUP_ROUTES,
  ...INSTALLATION_ROUTES,
  ...USER_ROUTES,
  ...REPOSITORY_ROUTES,
  ...ISSUE_ROUTES,
]
