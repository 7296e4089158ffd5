import { Refusal } from '../errors/refusal.ts'
import { tokenAllows, tokenCovers, userTokenPermissions } from '../state/access.ts'
import type { InstallationToken, Repository, RepositoryRole, UserToken } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { RequiredPermission } from '../state/permissions.ts'
import { allows } from '../state/permissions.ts'
import { includesRole, repositoryRole } from '../state/roles.ts'
import type { Actor } from './actor.ts'

/** `hidden`: to this actor the repository does not exist. */
export type RepositoryAccess = 'granted' | 'hidden' | 'forbidden' | 'unauthenticated'

interface Wanted {
  readonly repository: Repository
  readonly permission: RequiredPermission
}

/**
 * The one rule about who may do what in a repository, for REST, GraphQL and git. A private repository that an actor does
 * not reach does not exist. A public one can be read by anyone, even with a token that lacks the permission; writing takes
 * a credential that covers the repository and has the permission, and for users also the role.
 */
export function repositoryAccess(state: GitHubState, actor: Actor, wanted: Wanted): RepositoryAccess {
  const { repository, permission } = wanted
  if (!repository.private && permission.level === 'read') return 'granted'
  const unreached = repository.private ? 'hidden' : 'forbidden'
  switch (actor.kind) {
    case 'installation':
      if (!tokenCovers(actor.token, repository)) return unreached
      return permitted(installationAllows(state, actor.token, permission))
    case 'user':
      return userAccess(state, actor.token, wanted)
    case 'app':
      return unreached
    case 'client':
    case 'anonymous':
      return repository.private ? 'hidden' : 'unauthenticated'
  }
}

/** @throws {Refusal} 404, 401 or 403 as GitHub answers for that access. */
export function requireRepositoryAccess(state: GitHubState, actor: Actor, wanted: Wanted): void {
  switch (repositoryAccess(state, actor, wanted)) {
    case 'granted':
      return
    case 'hidden':
      throw new Refusal('NOT_FOUND')
    case 'unauthenticated':
      throw new Refusal('REQUIRES_AUTHENTICATION')
    case 'forbidden':
      throw new Refusal(
        actor.kind === 'user' && actor.token.app === undefined ? 'ADMIN_RIGHTS_REQUIRED' : 'NOT_ACCESSIBLE',
      )
  }
}

function installationAllows(
  { clock }: GitHubState,
  token: InstallationToken,
  { name, level }: RequiredPermission,
): boolean {
  return clock.now() >= token.grantedAt && tokenAllows(token, name, level)
}

function userAccess(
  state: GitHubState,
  token: UserToken,
  { repository, permission }: Wanted,
): RepositoryAccess {
  const { app, user } = token
  const role = repositoryRole(user, repository) ?? (repository.private ? undefined : 'read')
  if (role === undefined) return 'hidden'
  if (app !== undefined) {
    const permissions = userTokenPermissions(state, { ...token, app }, repository)
    if (permissions === undefined) return repository.private ? 'hidden' : 'forbidden'
    if (!permissions.every((held) => allows(held, permission.name, permission.level))) return 'forbidden'
  }
  return permitted(includesRole(role, requiredRole(permission)))
}

// Whoever can read a repository can open issues in it and comment on them.
function requiredRole({ name, level }: RequiredPermission): RepositoryRole {
  return name === 'issues' && level === 'write' ? 'read' : level
}

function permitted(allowed: boolean): RepositoryAccess {
  return allowed ? 'granted' : 'forbidden'
}
