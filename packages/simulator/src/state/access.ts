import type { Account, App, Installation, InstallationToken, Repository, UserToken } from './entities.ts'
import type { GitHubState } from './github-state.ts'
import { allows, type PermissionLevel, type Permissions } from './permissions.ts'
import { repositoryRole } from './roles.ts'

/** The repositories an installation covers, oldest first. */
export function installationRepositories(
  state: GitHubState,
  { account, selection }: Installation,
): Repository[] {
  const owned = state.repositories.of(account)
  return selection === 'all' ? [...owned] : owned.filter(({ id }) => selection.has(id))
}

/** Whether an installation covers a repository. */
export function installationCovers({ account, selection }: Installation, repository: Repository): boolean {
  return repository.owner === account && (selection === 'all' || selection.has(repository.id))
}

/** Whether a token reaches a repository: it was minted for it, and the installation still covers it. */
export function tokenCovers({ installation, selection }: InstallationToken, repository: Repository): boolean {
  return installationCovers(installation, repository) && (selection === 'all' || selection.has(repository.id))
}

/** Whether a token holds a permission: it was minted with it, and the installation still has it. */
export function tokenAllows(
  { installation, permissions }: InstallationToken,
  name: string,
  level: PermissionLevel,
): boolean {
  return allows(permissions, name, level) && allows(installation.permissions, name, level)
}

/** The permissions a user token has in a repository through its app; undefined when app, token or user do not reach it. */
export function userTokenPermissions(
  { installations }: GitHubState,
  { app, user, scope }: UserToken & { readonly app: App },
  repository: Repository,
): readonly Permissions[] | undefined {
  const installation = installations.findFor(app, repository.owner)
  if (installation === undefined || installation.suspended !== undefined) return undefined
  if (!installationCovers(installation, repository)) return undefined
  if (repository.private && repositoryRole(user, repository) === undefined) return undefined
  if (scope === undefined) return [installation.permissions]
  if (scope.target !== repository.owner) return undefined
  if (scope.selection !== 'all' && !scope.selection.has(repository.id)) return undefined
  return [installation.permissions, scope.permissions]
}

/** The installations of an app that a user may know of: on the own account, through membership, or by invitation. */
export function installationsOfUser(state: GitHubState, app: App, user: Account): Installation[] {
  return state.installations
    .of(app)
    .filter(
      (installation) =>
        installation.account === user ||
        installation.account.members.has(user) ||
        repositoriesOfUser(state, installation, user).length > 0,
    )
}

/** The repositories of an installation that a user has a role in. */
export function repositoriesOfUser(
  state: GitHubState,
  installation: Installation,
  user: Account,
): Repository[] {
  return installationRepositories(state, installation).filter(
    (repository) => repositoryRole(user, repository) !== undefined,
  )
}
