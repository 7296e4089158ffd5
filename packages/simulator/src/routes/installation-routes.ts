import { repositoryResource } from '../resources/repository-resource.ts'
import { paginate } from '../server/pagination.ts'
import { NO_CONTENT, ok } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import { installationRepositories, tokenCovers } from '../state/access.ts'
import { METADATA_READ } from '../state/permissions.ts'
import { installationRoute } from './route-kinds.ts'

/** What an installation can do with its own token. */
export const INSTALLATION_ROUTES: readonly Route[] = [
  installationRoute({
    method: 'GET',
    path: '/installation/repositories',
    docs: 'rest/apps/installations#list-repositories-accessible-to-the-app-installation',
    permission: METADATA_READ,
    jwtRefusal: 'INSTALLATION_TOKEN_REQUIRED',
    handle: (context, token) => {
      const { installation, selection } = token
      const all = installationRepositories(context.state, installation).filter((repository) =>
        tokenCovers(token, repository),
      )
      const { items, headers } = paginate(all, context)
      const body = {
        total_count: all.length,
        repository_selection: selection === 'all' && installation.selection === 'all' ? 'all' : 'selected',
        repositories: items.map((repository) => repositoryResource(repository, context.urls)),
      }
      return ok(body, headers)
    },
  }),
  installationRoute({
    method: 'DELETE',
    path: '/installation/token',
    docs: 'rest/apps/installations#revoke-an-installation-access-token',
    jwtRefusal: 'NOT_ACCESSIBLE',
    handle: ({ state, now }, token) => {
      state.tokens.revoke(token.value, now)
      return NO_CONTENT
    },
  }),
]
