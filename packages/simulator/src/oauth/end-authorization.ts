import type { Account, App, UserToken } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'

/** Takes back what a user allowed an app, with every token and code that came from it. The app hears of it. Whether there was anything. */
export function endAuthorization(state: GitHubState, app: App, user: Account): boolean {
  const { authorizations, refreshTokens, codes, devices } = state.oauth
  refreshTokens.revokeAll(app, user)
  devices.revokeAll(app, user)
  codes.deleteWhere((code) => code.app === app && code.user === user)
  const hadTokens = state.userTokens.revokeAll(app, user)
  const hadAuthorization = authorizations.remove(app, user)
  if (!hadTokens && !hadAuthorization) return false
  state.events.emit({ name: 'github_app_authorization', action: 'revoked', app, sender: user })
  return true
}

/** Ends one user access token, with the refresh token behind it. */
export function endUserToken(state: GitHubState, token: UserToken): void {
  state.userTokens.revoke(token.value)
  state.oauth.refreshTokens.revokeFor(token.value)
}
