/** Levels that a permission is granted at. Each includes the ones before it. */
export type PermissionLevel = 'read' | 'write' | 'admin'

/** Permission names as GitHub's API spells them (`issues`, `pull_requests`, …) and their levels. */
export type Permissions = Readonly<Record<string, PermissionLevel>>

/** What a token may do, less than all that the installation was granted. */
export interface TokenScope {
  /** Names of repositories, without the owner; letter case does not matter. At most 500. Not with `repositoryIds`. */
  readonly repositories?: readonly string[] | undefined
  /** Ids of repositories. At most 500. Not with `repositories`. */
  readonly repositoryIds?: readonly number[] | undefined
  readonly permissions?: Permissions | undefined
}

/** A scope that was checked, copied and brought into one form: equal scopes have equal keys. */
export interface CanonicalScope {
  /** The empty string for everything that the installation was granted. */
  readonly key: string
  /** The body that asks GitHub for it; undefined for everything. */
  readonly body?: string | undefined
  readonly scope: TokenScope
}

/** https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app */
const MAX_REPOSITORIES = 500
const LEVELS: ReadonlySet<string> = new Set(['read', 'write', 'admin'])

/** Brings a scope into one form. @throws {TypeError} For what GitHub would refuse, or would take for more than was meant. */
export function canonicalScope(scope: TokenScope): CanonicalScope {
  for (const name of ['repositories', 'repositoryIds', 'permissions'] as const) {
    if (scope[name] === null)
      throw new TypeError(`${name}: null would mean all; leave it out if that is meant.`)
  }
  if (scope.repositories !== undefined && scope.repositoryIds !== undefined) {
    throw new TypeError('repositories and repositoryIds: GitHub takes one of the two.')
  }
  const repositories = scope.repositories && canonicalNames(scope.repositories)
  const repositoryIds = scope.repositoryIds && canonicalIds(scope.repositoryIds)
  const permissions = scope.permissions && canonicalPermissions(scope.permissions)
  if (!repositories && !repositoryIds && !permissions) return { key: '', scope: {} }
  const names = [...(repositories?.keys() ?? [])]
  const levels = Object.entries(permissions ?? {}).map(([name, level]) => `${name}=${level}`)
  const body = {
    ...(repositories && { repositories: [...repositories.values()] }),
    ...(repositoryIds && { repository_ids: repositoryIds }),
    ...(permissions && { permissions }),
  }
  return {
    key: ['repositories', names, 'ids', (repositoryIds ?? []).map(String), 'permissions', levels]
      .map(delimited)
      .join(''),
    body: JSON.stringify(body),
    scope: Object.freeze({
      ...(repositories && { repositories: Object.freeze([...repositories.values()]) }),
      ...(repositoryIds && { repositoryIds }),
      ...(permissions && { permissions }),
    }),
  }
}

/** Text that no other list of parts has: every part carries its length, and a list the number of its parts. */
export function delimited(part: string | readonly string[]): string {
  return typeof part === 'string'
    ? `${part.length}:${part}`
    : `${part.length}[${part.map(delimited).join('')}]`
}

function canonicalNames(names: readonly string[]): ReadonlyMap<string, string> {
  checkList('repositories', names)
  const byKey = new Map<string, string>()
  for (const name of names) {
    if (typeof name !== 'string' || !/^(?!\.+$)[\w.-]{1,100}$/.test(name)) {
      throw new TypeError(
        `repositories: expected names without the owner, such as "hello-world"; got ${JSON.stringify(name)}.`,
      )
    }
    const key = name.toLowerCase()
    if (!byKey.has(key)) byKey.set(key, name)
  }
  return new Map([...byKey].sort(([a], [b]) => compare(a, b)))
}

function canonicalIds(ids: readonly number[]): readonly number[] {
  checkList('repositoryIds', ids)
  if (ids.some((id) => !Number.isSafeInteger(id) || id < 1))
    throw new TypeError('repositoryIds: expected positive integers.')
  return Object.freeze([...new Set(ids)].sort((a, b) => a - b))
}

function canonicalPermissions(permissions: Permissions): Permissions {
  const entries = typeof permissions === 'object' && permissions !== null ? Object.entries(permissions) : []
  if (entries.length === 0) {
    throw new TypeError(
      'permissions: expected at least one; an empty object would mean all permissions. Leave it out if that is meant.',
    )
  }
  for (const [name, level] of entries) {
    if (!/^[a-z_]+$/.test(name) || !LEVELS.has(level)) {
      throw new TypeError(
        `permissions: expected a name such as "pull_requests" and "read", "write" or "admin"; got ${JSON.stringify(name)}: ${JSON.stringify(level)}.`,
      )
    }
  }
  return Object.freeze(Object.fromEntries(entries.sort(([a], [b]) => compare(a, b))))
}

function checkList(name: string, list: readonly unknown[]): void {
  if (!Array.isArray(list) || list.length === 0) {
    throw new TypeError(
      `${name}: expected at least one; an empty list would mean all repositories. Leave it out if that is meant.`,
    )
  }
  if (list.length > MAX_REPOSITORIES) {
    throw new TypeError(
      `${name}: GitHub takes at most ${MAX_REPOSITORIES}; got ${list.length}. Leave it out for all repositories, or use several tokens.`,
    )
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
