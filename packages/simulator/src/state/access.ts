import type { Installation, InstallationToken, Repository } from './entities.ts'
import type { GitHubState } from './github-state.ts'
import { allows, type PermissionLevel } from './permissions.ts'

/** The repositories an installation covers, oldest first. */
export function installationRepositories(
  state: GitHubState,
  { account, selection }: Installation,
): Repository[] {
  const owned = state.repositories.of(account)
  return selection === 'all' ? owned : owned.filter(({ id }) => selection.has(id))
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
