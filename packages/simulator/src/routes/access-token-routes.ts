import { Refusal } from '../errors/refusal.ts'
import { repositoryResource } from '../resources/repository-resource.ts'
import { timestamp } from '../resources/timestamp.ts'
import { created } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { TokenFormat } from '../state/tokens.ts'
import { installationOf } from './app-routes.ts'
import { appRoute } from './route-kinds.ts'
import { tokenScope } from './token-scope.ts'

/** Minting installation access tokens. */
export const ACCESS_TOKEN_ROUTES: readonly Route[] = [
  appRoute({
    method: 'POST',
    path: '/app/installations/:installation_id/access_tokens',
    docs: 'rest/apps/apps#create-an-installation-access-token-for-an-app',
    handle: (context, app) => {
      const { state, body, now, urls } = context
      const installation = installationOf(context, app)
      if (installation.suspended !== undefined) throw new Refusal('INSTALLATION_SUSPENDED')
      const { permissions, repositories } = tokenScope(body, { state, installation })
      const selection = repositories === undefined ? 'all' : new Set(repositories.map(({ id }) => id))
      const token = state.tokens.mint(installation, {
        permissions,
        selection,
        format: formatOf(context),
        now,
      })
      return created({
        token: token.value,
        expires_at: timestamp(token.expiresAt),
        permissions,
        repository_selection:
          repositories === undefined && installation.selection === 'all' ? 'all' : 'selected',
        ...(repositories === undefined
          ? {}
          : { repositories: repositories.map((repository) => repositoryResource(repository, urls)) }),
      })
    },
  }),
]

function formatOf({ header, defaults }: RouteContext): TokenFormat {
  switch (header('x-github-stateless-s2s-token')?.toLowerCase()) {
    case 'enabled':
      return 'stateless'
    case 'disabled':
      return 'classic'
    default:
      return defaults.tokenFormat
  }
}
