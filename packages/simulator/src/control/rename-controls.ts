import type { Simulator } from '../simulator.ts'
import type { GitHubState } from '../state/github-state.ts'

/** Giving repositories and accounts other names. */
export function renameControls({
  repositories,
  accounts,
  clock,
}: GitHubState): Pick<Simulator, 'renameRepository' | 'renameAccount'> {
  return {
    renameRepository(fullName, name) {
      const [owner = '', current = ''] = fullName.split('/')
      const repository = repositories.find(owner, current)
      if (repository === undefined) throw new TypeError(`There is no repository "${fullName}"`)
      repositories.rename(repository, name)
      repository.updatedAt = clock.now()
    },
    renameAccount(login, newLogin) {
      const account = accounts.find(login)
      if (account === undefined) throw new TypeError(`There is no account "${login}"`)
      repositories.renameOwner(account, () => accounts.rename(account, newLogin))
      account.updatedAt = clock.now()
    },
  }
}
