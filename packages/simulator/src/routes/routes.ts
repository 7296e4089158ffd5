import type { Route } from '../server/route.ts'
import { ACCESS_TOKEN_ROUTES } from './access-token-routes.ts'
import { APP_ROUTES } from './app-routes.ts'
import { APPLICATION_ROUTES } from './application-routes.ts'
import { CONTENTS_ROUTES } from './contents-routes.ts'
import { CREDENTIAL_ROUTES } from './credential-routes.ts'
import { DELIVERY_ROUTES } from './delivery-routes.ts'
import { GRAPHQL_ROUTES } from './graphql-routes.ts'
import { HOOK_ROUTES } from './hook-routes.ts'
import { INSTALLATION_LOOKUP_ROUTES } from './installation-lookup-routes.ts'
import { INSTALLATION_REQUEST_ROUTES } from './installation-request-routes.ts'
import { INSTALLATION_ROUTES } from './installation-routes.ts'
import { ISSUE_ROUTES } from './issue-routes.ts'
import { MANIFEST_ROUTES } from './manifest-routes.ts'
import { META_ROUTES } from './meta-routes.ts'
import { ORGANIZATION_ROUTES } from './organization-routes.ts'
import { REPOSITORY_ROUTES } from './repository-routes.ts'
import { USER_ACCOUNT_ROUTES } from './user-account-routes.ts'
import { USER_INSTALLATION_ROUTES } from './user-installation-routes.ts'
import { USER_ROUTES } from './user-routes.ts'

/** Every endpoint of the API. Everything else is GitHub's 404. */
export const ROUTES: readonly Route[] = [
  ...META_ROUTES,
  ...APP_ROUTES,
  ...HOOK_ROUTES,
  ...DELIVERY_ROUTES,
  ...ACCESS_TOKEN_ROUTES,
  ...INSTALLATION_LOOKUP_ROUTES,
  ...INSTALLATION_ROUTES,
  ...USER_ROUTES,
  ...USER_ACCOUNT_ROUTES,
  ...USER_INSTALLATION_ROUTES,
  ...ORGANIZATION_ROUTES,
  ...APPLICATION_ROUTES,
  ...CREDENTIAL_ROUTES,
  ...INSTALLATION_REQUEST_ROUTES,
  ...MANIFEST_ROUTES,
  ...REPOSITORY_ROUTES,
  ...ISSUE_ROUTES,
  ...CONTENTS_ROUTES,
  ...GRAPHQL_ROUTES,
]
