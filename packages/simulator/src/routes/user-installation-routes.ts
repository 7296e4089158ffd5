import { changeSelection } from '../changes/installation-changes.ts'
import { Refusal } from '../errors/refusal.ts'
import { installationResource } from '../resources/installation-resource.ts'
import { viewedRepositoryResource } from '../resources/viewed-repository-resource.ts'
import { paginate } from '../server/pagination.ts'
import { NO_CONTENT, ok, type Reply } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import { installationsOfUser, repositoriesOfUser } from '../state/access.ts'
import type { App, Installation, Repository, UserToken } from '../state/entities.ts'
import { METADATA_READ } from '../state/permissions.ts'
import { ownsAccount, repositoryRole } from '../state/roles.ts'
import { numericParam } from './numeric-param.ts'
import { repositoryById } from './repository-route.ts'
import { userRoute } from './route-kinds.ts'

const REPOSITORY_PATH = '/user/installations/:installation_id/repositories/:repository_id'
const NOT_MODIFIED: Reply = { status: 304 }
// Without a body, as GitHub's OpenAPI description has it.
const UNPROCESSABLE: Reply = { status: 422 }

/** The installations of an app that a user may know of, and what they cover. */
export const USER_INSTALLATION_ROUTES: readonly Route[] = [
  userRoute({
    method: 'GET',
    path: '/user/installations',
    docs: 'rest/apps/installations#list-app-installations-accessible-to-the-user-access-token',
    handle: (context, token) => {
      const app = appOf(token, 'installations')
      const all = visibleInstallations(context, app, token)
      const { items, headers } = paginate(all, context)
      const installations = items.map((installation) => installationResource(installation, context.urls))
      return ok({ total_count: all.length, installations }, headers)
    },
  }),
  userRoute({
    method: 'GET',
    path: '/user/installations/:installation_id/repositories',
    docs: 'rest/apps/installations#list-repositories-accessible-to-the-user-access-token',
    permission: METADATA_READ,
    handle: (context, token) => {
      const app = appOf(token, 'repositories')
      const id = numericParam(context, 'installation_id')
      const installation = visibleInstallations(context, app, token).find((candidate) => candidate.id === id)
      if (installation === undefined) throw new Refusal('NOT_FOUND')
      if (installation.suspended !== undefined) throw new Refusal('INSTALLATION_SUSPENDED_IN_USE')
      const all = visibleRepositories(context, installation, token)
      const { items, headers } = paginate(all, context)
      const body = {
        total_count: all.length,
        repository_selection: installation.selection === 'all' ? 'all' : 'selected',
        repositories: items.map((repository) =>
          viewedRepositoryResource(repository, token.user, context.urls),
        ),
      }
      return ok(body, headers)
    },
  }),
  userRoute({
    method: 'PUT',
    path: REPOSITORY_PATH,
    docs: 'rest/apps/installations#add-a-repository-to-an-app-installation',
    handle: (context, token) => {
      const { installation, repository } = changeable(context, token)
      const { selection } = installation
      if (selection === 'all' || selection.has(repository.id)) return NOT_MODIFIED
      const sender = token.user
      changeSelection(context.state, { installation, sender }, new Set([...selection, repository.id]))
      return NO_CONTENT
    },
  }),
  userRoute({
    method: 'DELETE',
    path: REPOSITORY_PATH,
    docs: 'rest/apps/installations#remove-a-repository-from-an-app-installation',
    handle: (context, token) => {
      const { installation, repository } = changeable(context, token)
      if (installation.selection === 'all') return UNPROCESSABLE
      const selection = new Set(installation.selection)
      if (!selection.delete(repository.id)) return NOT_MODIFIED
      // An installation keeps its last repository.
      if (selection.size === 0) return UNPROCESSABLE
      changeSelection(context.state, { installation, sender: token.user }, selection)
      return NO_CONTENT
    },
  }),
]

function appOf({ app }: UserToken, what: string): App {
  if (app === undefined) throw new Refusal('APP_TOKEN_REQUIRED', { values: { what } })
  return app
}

function visibleInstallations({ state }: RouteContext, app: App, { user, scope }: UserToken): Installation[] {
  const installations = installationsOfUser(state, app, user)
  return scope === undefined ? installations : installations.filter(({ account }) => account === scope.target)
}

function visibleRepositories(
  { state }: RouteContext,
  installation: Installation,
  { user, scope }: UserToken,
): Repository[] {
  const repositories = repositoriesOfUser(state, installation, user)
  const selection = scope?.selection ?? 'all'
  return selection === 'all' ? repositories : repositories.filter(({ id }) => selection.has(id))
}

/**
 * What a user wants to change, and may.
 *
 * @throws {Refusal} 403 with anything but a personal access token, and without admin rights; 404 for what the user cannot see.
 */
function changeable(
  context: RouteContext,
  { user, app }: UserToken,
): { readonly installation: Installation; readonly repository: Repository } {
  if (app !== undefined) throw new Refusal('PERSONAL_TOKEN_REQUIRED')
  const installation = context.state.installations.find(numericParam(context, 'installation_id'))
  const repository = repositoryById(context)
  const role = repositoryRole(user, repository)
  if (installation?.account !== repository.owner || role === undefined) throw new Refusal('NOT_FOUND')
  if (role !== 'admin' && !ownsAccount(user, installation.account)) throw new Refusal('ADMIN_RIGHTS_REQUIRED')
  return { installation, repository }
}
