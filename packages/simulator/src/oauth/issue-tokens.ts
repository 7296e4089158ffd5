import { installationCovers } from '../state/access.ts'
import type { Account, App, UserToken, UserTokenScope } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { parseId } from '../state/ids.ts'
import { REFRESH_TOKEN_LIFETIME_MS } from '../state/oauth/refresh-tokens.ts'
import { repositoryRole } from '../state/roles.ts'

/** GitHub's own lifetime of a user access token that expires. */
const USER_TOKEN_LIFETIME_MS = 28_800_000

/** What a user access token is made for. */
export interface TokenGrant {
  readonly app: App
  readonly user: Account
  readonly scope: UserTokenScope | undefined
  /** Whether the client is a device, which has no secret to refresh with. */
  readonly device: boolean
}

/** A user access token and, when it expires, the refresh token behind it. */
export interface IssuedTokens {
  readonly token: UserToken
  readonly refreshToken: string | undefined
}

/** Makes a user access token. Whether it expires is up to the app. */
export function issueTokens(
  state: GitHubState,
  grant: TokenGrant,
  { lifetimeMs }: { readonly lifetimeMs?: number } = {},
): IssuedTokens {
  const { app, user, scope, device } = grant
  const now = state.clock.now()
  if (!app.oauth.expiringTokens) {
    return {
      token: state.userTokens.mint(user, { app, scope, expiresAt: undefined, now }),
      refreshToken: undefined,
    }
  }
  const token = state.userTokens.mint(user, { app, scope, expiresAt: userTokenExpiry(now, lifetimeMs), now })
  const refreshToken = state.oauth.refreshTokens.mint(
    { app, user, scope, device, accessToken: token.value },
    now,
  )
  return { token, refreshToken }
}

/**
 * When a user access token that is made now expires, in epoch milliseconds. GitHub answers with whole seconds, so a token
 * must not outlive what it says.
 */
export function userTokenExpiry(now: number, lifetimeMs: number = USER_TOKEN_LIFETIME_MS): number {
  return Math.floor((now + lifetimeMs) / 1000) * 1000
}

/** What the client is told about its tokens. */
export function tokenAnswer({
  token,
  refreshToken,
}: IssuedTokens): Readonly<Record<string, string | number>> {
  return {
    access_token: token.value,
    ...(refreshToken === undefined
      ? {}
      : {
          expires_in: USER_TOKEN_LIFETIME_MS / 1000,
          refresh_token: refreshToken,
          refresh_token_expires_in: REFRESH_TOKEN_LIFETIME_MS / 1000,
        }),
    token_type: 'bearer',
    scope: '',
  }
}

/** The scope of a token for one repository. One that the app or the user does not reach is ignored, as on GitHub. */
export function scopeForRepository(
  { repositories, installations }: GitHubState,
  { app, user }: Pick<TokenGrant, 'app' | 'user'>,
  repositoryId: string | undefined,
): UserTokenScope | undefined {
  const repository = repositories.findById(parseId(repositoryId ?? '') ?? Number.NaN)
  if (repository === undefined) return undefined
  const installation = installations.findFor(app, repository.owner)
  if (installation === undefined || !installationCovers(installation, repository)) return undefined
  if (repository.private && repositoryRole(user, repository) === undefined) return undefined
  return Object.freeze({
    target: repository.owner,
    permissions: installation.permissions,
    selection: new Set([repository.id]),
  })
}
