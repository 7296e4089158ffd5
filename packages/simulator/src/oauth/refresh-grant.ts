import { type IssuedTokens, issueTokens } from './issue-tokens.ts'
import { OAuthRefusal } from './oauth-errors.ts'
import { requireSecret, type TokenRequest } from './token-request.ts'

/**
 * Exchanges a refresh token for new tokens; it and the access token before it stop working. Of several clients that use
 * the same one, the first wins.
 *
 * @throws {OAuthRefusal} for a refresh token that is used up, expired, or another app's.
 * @see https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens
 */
export function refreshGrant(request: TokenRequest): IssuedTokens {
  const { state, app, now, parameter } = request
  const { refreshTokens } = state.oauth
  const value = parameter('refresh_token') ?? ''
  const known = refreshTokens.find(value, now)
  if (known?.app !== app || !known.device) requireSecret(request)
  if (known?.app !== app) throw new OAuthRefusal('BAD_REFRESH_TOKEN')
  refreshTokens.revoke(value)
  state.userTokens.revoke(known.accessToken)
  const { user, scope, device } = known
  return issueTokens(state, { app, user, scope, device })
}
