import type { Account, Repository } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'

/** @throws {TypeError} when the name is taken or not a name. */
export function renameRepository(
  state: GitHubState,
  { repository, sender }: { readonly repository: Repository; readonly sender: Account },
  name: string,
): void {
  const previousName = repository.name
  state.repositories.rename(repository, name)
  repository.updatedAt = state.clock.now()
  state.events.emit({ name: 'repository', action: 'renamed', repository, previousName, sender })
}

/**
 * Gives a repository to another account. Installations on the old one lose it, old addresses redirect.
 *
 * @throws {TypeError} when the new owner has a repository of that name.
 */
export function transferRepository(
  state: GitHubState,
  { repository, sender }: { readonly repository: Repository; readonly sender: Account },
  owner: Account,
): void {
  const previousOwner = repository.owner
  state.repositories.transfer(repository, owner)
  deselect(state, previousOwner, repository)
  repository.updatedAt = state.clock.now()
  state.events.emit({ name: 'repository', action: 'transferred', repository, previousOwner, sender })
}

/** @throws {TypeError} when the login is taken or not a login. */
export function renameAccount(
  state: GitHubState,
  { account, sender }: { readonly account: Account; readonly sender: Account },
  login: string,
): void {
  const previousLogin = account.login
  state.repositories.renameOwner(account, () => state.accounts.rename(account, login))
  account.updatedAt = state.clock.now()
  state.events.emit({ name: 'installation_target', action: 'renamed', account, previousLogin, sender })
}

// Where the app was installed on chosen repositories, one that comes back later has to be chosen again.
function deselect({ apps, installations }: GitHubState, account: Account, { id }: Repository): void {
  for (const app of apps.all()) {
    const installation = installations.findFor(app, account)
    if (installation === undefined || installation.selection === 'all') continue
    installation.selection = new Set([...installation.selection].filter((selected) => selected !== id))
  }
}
