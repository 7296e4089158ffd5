import type { RepositorySeed } from '../options.ts'
import type { Account } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { seedRepository } from '../state/seed.ts'

/**
 * Makes a repository. Installations on `all` repositories cover it at once.
 *
 * @throws {TypeError} when the name is taken or not a name.
 */
export function createRepository(
  state: GitHubState,
  { owner, sender }: { readonly owner: Account; readonly sender: Account },
  seed: RepositorySeed,
): void {
  const repository = seedRepository(state, owner, seed)
  state.events.emit({ name: 'repository', action: 'created', repository, sender })
}
