import { property } from '../github/api-answer.ts'
import { freezeGrant, type TokenGrant } from './installation-token.ts'
import type { PermissionLevel } from './token-scope.ts'

const MAX_KEPT = 1_000
/** Longer ones list repositories, and are hardly ever the same twice. */
const MAX_KEPT_LENGTH = 2_000

/**
 * Reads grants from GitHub's answers and keeps one object for equal ones: a hundred thousand installations of an app
 * have a handful of different grants.
 */
export class Grants {
  readonly #kept = new Map<string, TokenGrant>()

  read(answer: unknown): TokenGrant {
    const grant = readGrant(answer)
    const key = JSON.stringify(grant)
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    if (this.#kept.size < MAX_KEPT && key.length < MAX_KEPT_LENGTH) this.#kept.set(key, grant)
    return freezeGrant(grant)
  }
}

function readGrant(answer: unknown): TokenGrant {
  const permissions = property(answer, 'permissions')
  const repositories = property(answer, 'repositories')
  const singleFile = property(answer, 'single_file')
  const paths = property(answer, 'single_file_paths')
  const singleFilePaths = Array.isArray(paths)
    ? paths
    : typeof singleFile === 'string'
      ? [singleFile]
      : undefined
  return {
    permissions: { ...(permissions as Record<string, PermissionLevel> | undefined) },
    repositorySelection: property(answer, 'repository_selection') === 'selected' ? 'selected' : 'all',
    ...(Array.isArray(repositories) && {
      repositories: repositories.map((repository) => String(property(repository, 'full_name'))),
    }),
    ...(singleFilePaths && { singleFilePaths: singleFilePaths.map(String) }),
  }
}
