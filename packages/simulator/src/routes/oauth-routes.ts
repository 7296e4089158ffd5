import { codeGrant, issueCode } from '../oauth/code-grant.ts'
import { DEVICE_GRANT_TYPE, deviceGrant } from '../oauth/device-grant.ts'
import { type IssuedTokens, tokenAnswer } from '../oauth/issue-tokens.ts'
import { type OAuthErrorCode, OAuthRefusal, oauthErrorMembers } from '../oauth/oauth-errors.ts'
import { oauthReply } from '../oauth/oauth-reply.ts'
import { isCodeChallenge } from '../oauth/pkce.ts'
import { resolveRedirectUri, withParameters } from '../oauth/redirect-uri.ts'
import { refreshGrant } from '../oauth/refresh-grant.ts'
import { readTokenRequest, type TokenRequest } from '../oauth/token-request.ts'
import { authorizePage, redirectMismatchPage } from '../pages/authorize-page.ts'
import { staleFormPage, takeForm } from '../pages/form.ts'
import { notFoundPage, redirect } from '../pages/page.ts'
import { chosenUser } from '../pages/user-choice.ts'
import type { Reply } from '../server/reply.ts'
import type { WebContext, WebRoute } from '../server/web-route.ts'
import type { Account, App } from '../state/entities.ts'
import type { AuthorizationRequest } from '../state/oauth/oauth-state.ts'
import { isWebUrl } from '../state/web-url.ts'

/**
 * The web application flow, and the endpoint that hands out tokens for every flow.
 *
 * @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-user-access-token-for-a-github-app
 */
export const OAUTH_ROUTES: readonly WebRoute[] = [
  { kind: 'page', method: 'GET', path: '/login/oauth/authorize', handle: askUser },
  { kind: 'page', method: 'POST', path: '/login/oauth/authorize', handle: takeAnswer },
  {
    kind: 'page',
    method: 'POST',
    path: '/login/oauth/access_token',
    handle: (context) =>
      oauthReply(context.header('accept'), () => tokenAnswer(exchange(readTokenRequest(context)))),
  },
]

function exchange(request: TokenRequest): IssuedTokens {
  switch (request.parameter('grant_type')) {
    case undefined:
    case 'authorization_code':
      return codeGrant(request)
    case 'refresh_token':
      return refreshGrant(request)
    case DEVICE_GRANT_TYPE:
      return deviceGrant(request)
    default:
      throw new OAuthRefusal('UNSUPPORTED_GRANT_TYPE')
  }
}

function askUser(context: WebContext): Reply {
  const { state, query } = context
  const app = state.apps.findByClientId(query.get('client_id') ?? '')
  if (app === undefined) return notFoundPage()
  const redirectUri = resolveRedirectUri(app, query.get('redirect_uri') ?? undefined)
  if (redirectUri === undefined) return redirectMismatchPage()
  const request = authorizationRequest(context, app, redirectUri)
  if (request === undefined)
    return sendError('INVALID_CODE_CHALLENGE', { redirectUri, state: stateIn(context) })
  const everyone = query.get('prompt') === 'select_account' || !isWebUrl(redirectUri)
  const user = state.oauth.signedIn
  if (
    user !== undefined &&
    !everyone &&
    isSuggested(user, query) &&
    state.oauth.authorizations.has(app, user)
  )
    return sendCode(context, request, user)
  return authorizePage(context, { ...request, everyone })
}

function takeAnswer(context: WebContext): Reply {
  const request = takeForm(context.state.oauth.forms.authorize, context)
  if (request === undefined) return staleFormPage()
  if (context.form.get('authorize') !== '1') return sendError('ACCESS_DENIED', request)
  const user = chosenUser(context, request)
  return user === undefined ? staleFormPage() : sendCode(context, request, user)
}

function sendCode({ state }: WebContext, request: AuthorizationRequest, user: Account): Reply {
  const { app, redirectUri, codeChallenge } = request
  const code = issueCode(state, { app, redirectUri, codeChallenge, user })
  return redirect(withParameters(redirectUri, { code, state: request.state }))
}

function sendError(
  code: OAuthErrorCode,
  { redirectUri, state }: Pick<AuthorizationRequest, 'redirectUri' | 'state'>,
): Reply {
  return redirect(withParameters(redirectUri, { ...oauthErrorMembers(code), state }))
}

/** Undefined when the code challenge is not one. */
function authorizationRequest(
  context: WebContext,
  app: App,
  redirectUri: string,
): AuthorizationRequest | undefined {
  const challenge = context.query.get('code_challenge')
  const method = context.query.get('code_challenge_method')
  const state = stateIn(context)
  if (challenge === null && method === null) return { app, redirectUri, state, codeChallenge: undefined }
  if (challenge === null || method !== 'S256' || !isCodeChallenge(challenge)) return undefined
  return { app, redirectUri, state, codeChallenge: challenge }
}

function stateIn({ query }: WebContext): string | undefined {
  return query.get('state') ?? undefined
}

// An app that suggests another account than the one that is signed in wants a choice.
function isSuggested(user: Account, query: URLSearchParams): boolean {
  const login = query.get('login')
  return login === null || login.toLowerCase() === user.login.toLowerCase()
}
