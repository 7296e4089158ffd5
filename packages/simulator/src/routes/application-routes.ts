import { Refusal } from '../errors/refusal.ts'
import { endAuthorization, endUserToken } from '../oauth/end-authorization.ts'
import { userTokenExpiry } from '../oauth/issue-tokens.ts'
import { authorizationResource } from '../resources/authorization-resource.ts'
import { NO_CONTENT, ok } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { App, UserToken } from '../state/entities.ts'
import { scopedTokenRequest } from './application-scope.ts'
import { invalidRequest } from './invalid-request.ts'
import { clientRoute } from './route-kinds.ts'

type AppToken = UserToken & { readonly app: App }

const TOKEN_PATH = '/applications/:client_id/token'
const DOCS = 'rest/apps/oauth-applications'

/** What an app does with the user access tokens it has. */
export const APPLICATION_ROUTES: readonly Route[] = [
  clientRoute({
    method: 'POST',
    path: TOKEN_PATH,
    docs: `${DOCS}#check-a-token`,
    handle: (context, app) => ok(authorizationResource(tokenIn(context, app), context.urls)),
  }),
  clientRoute({
    method: 'PATCH',
    path: TOKEN_PATH,
    docs: `${DOCS}#reset-a-token`,
    handle: (context, app) => ok(authorizationResource(reset(context, tokenIn(context, app)), context.urls)),
  }),
  clientRoute({
    method: 'DELETE',
    path: TOKEN_PATH,
    docs: `${DOCS}#delete-an-app-token`,
    handle: (context, app) => {
      endUserToken(context.state, tokenIn(context, app))
      return NO_CONTENT
    },
  }),
  clientRoute({
    method: 'DELETE',
    path: '/applications/:client_id/grant',
    docs: `${DOCS}#delete-an-app-authorization`,
    handle: (context, app) => {
      endAuthorization(context.state, app, tokenIn(context, app).user)
      return NO_CONTENT
    },
  }),
  clientRoute({
    method: 'POST',
    path: `${TOKEN_PATH}/scoped`,
    docs: 'rest/apps/apps#create-a-scoped-access-token',
    handle: (context, app) => {
      const { state, body, now, urls } = context
      const token = tokenIn(context, app)
      const { user, expiresAt } = token
      const scope = scopedTokenRequest(body, { state, token })
      const scoped = state.userTokens.mint(user, { app, scope, expiresAt, now })
      return ok(authorizationResource({ ...scoped, app }, urls))
    },
  }),
]

/** @throws {Refusal} 422 when the body names no token, 404 when it names one that is not a good one of this app. */
function tokenIn({ state, body, now }: RouteContext, app: App): AppToken {
  const value = body.access_token
  if (typeof value !== 'string' || value === '') {
    const detail = value === undefined ? `"access_token" wasn't supplied.` : `"access_token" is not a string.`
    throw invalidRequest(detail)
  }
  const token = state.userTokens.find(value, now)
  if (token?.app !== app) throw new Refusal('NOT_FOUND')
  return { ...token, app }
}

/** A new token in place of one that stops working. What refreshed the old one refreshes the new one. */
function reset({ state, now }: RouteContext, token: AppToken): AppToken {
  const { user, app, scope, value } = token
  const expiresAt = token.expiresAt === undefined ? undefined : userTokenExpiry(now)
  const fresh = state.userTokens.mint(user, { app, scope, expiresAt, now })
  state.userTokens.revoke(value)
  state.oauth.refreshTokens.follow(value, fresh.value)
  return { ...fresh, app }
}
