import { Refusal } from '../errors/refusal.ts'
import { isJsonObject } from '../json-object.ts'
import { installationCovers } from '../state/access.ts'
import type { Installation, Repository } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { allows, isPermission, type PermissionLevel, type Permissions } from '../state/permissions.ts'
import { invalidProperty, quoted } from './invalid-request.ts'

/** GitHub's own limit for one token. */
const MAX_REPOSITORIES = 500

/** What a token is asked for. */
export interface TokenScope {
  readonly permissions: Permissions
  /** Undefined: all that the installation covers. */
  readonly repositories: readonly Repository[] | undefined
}

interface ScopeContext {
  readonly state: GitHubState
  readonly installation: Installation
}

/**
 * Reads the body of a token request against what the installation has.
 *
 * @throws {Refusal} 422 for anything it does not have and anything malformed; never a wider token than asked for.
 */
export function tokenScope(body: Readonly<Record<string, unknown>>, context: ScopeContext): TokenScope {
  const { repositories, repository_ids: ids, permissions } = body
  if (repositories !== undefined && ids !== undefined) throw new Refusal('REPOSITORIES_AND_IDS')
  return {
    permissions:
      permissions === undefined
        ? context.installation.permissions
        : requestedPermissions(permissions, context.installation),
    repositories: requestedRepositories({ names: repositories, ids }, context),
  }
}

function requestedPermissions(requested: unknown, installation: Installation): Permissions {
  if (!isJsonObject(requested)) throw invalid('permissions', requested, 'an object')
  const granted: Record<string, PermissionLevel> = {}
  for (const [name, level] of Object.entries(requested)) {
    if (!isPermission(name, level) || !allows(installation.permissions, name, level))
      throw new Refusal('PERMISSIONS_NOT_GRANTED')
    granted[name] = level
  }
  if (Object.keys(granted).length === 0) return installation.permissions
  return Object.freeze({ metadata: 'read', ...granted })
}

function requestedRepositories(
  wanted: { names: unknown; ids: unknown },
  context: ScopeContext,
): Repository[] | undefined {
  if (wanted.names !== undefined) {
    const { account } = context.installation
    const find = (name: string): Repository | undefined =>
      context.state.repositories.find(account.login, name)
    return covered(strings(wanted.names).map(find), context)
  }
  if (wanted.ids !== undefined)
    return covered(
      integers(wanted.ids).map((id) => context.state.repositories.findById(id)),
      context,
    )
  return undefined
}

function covered(found: readonly (Repository | undefined)[], { installation }: ScopeContext): Repository[] {
  if (found.length > MAX_REPOSITORIES)
    throw new Refusal('TOO_MANY_REPOSITORIES', { values: { maximum: String(MAX_REPOSITORIES) } })
  // An empty list must not become a token for everything.
  if (found.length === 0) throw new Refusal('REPOSITORY_NOT_IN_INSTALLATION')
  const repositories = new Set<Repository>()
  for (const repository of found) {
    if (repository === undefined || !installationCovers(installation, repository))
      throw new Refusal('REPOSITORY_NOT_IN_INSTALLATION')
    repositories.add(repository)
  }
  return [...repositories]
}

function strings(value: unknown): string[] {
  if (!Array.isArray(value)) throw invalid('repositories', value, 'an array')
  return value.map((item: unknown) => {
    if (typeof item !== 'string') throw invalid('repositories', item, 'a string')
    return item
  })
}

function integers(value: unknown): number[] {
  if (!Array.isArray(value)) throw invalid('repository_ids', value, 'an array')
  return value.map((item: unknown) => {
    if (typeof item !== 'number' || !Number.isInteger(item))
      throw invalid('repository_ids', item, 'an integer')
    return item
  })
}

function invalid(property: string, value: unknown, wanted: string): Refusal {
  return invalidProperty(property, `${quoted(value)} is not ${wanted}`)
}
