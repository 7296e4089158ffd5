import { renameAccount, renameRepository, transferRepository } from '../changes/name-changes.ts'
import { createRepository } from '../changes/repository-changes.ts'
import { MEMBER, NEW_ACCOUNT } from '../schema/method-schemas.ts'
import { REPOSITORY } from '../schema/options-schema.ts'
import type { Simulator } from '../simulator.ts'
import type { Account, Repository } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { accountOf, actingFor, defaultOwner, seedAccounts } from '../state/seed.ts'

type AccountMethods = Pick<
  Simulator,
  | 'addAccount'
  | 'addRepository'
  | 'renameRepository'
  | 'transferRepository'
  | 'renameAccount'
  | 'addMember'
  | 'createPersonalAccessToken'
>

/** Who exists, and what it is called. */
export function accountControls(state: GitHubState): AccountMethods {
  return {
    addAccount: (seed) => seedAccounts(state, [NEW_ACCOUNT.check(seed, 'addAccount')]),
    addRepository(login, seed) {
      const owner = accountOf(state, login)
      const checked = REPOSITORY.check(seed, 'addRepository')
      createRepository(state, { owner, sender: senderFor(state, owner) }, checked)
    },
    renameRepository(fullName, name) {
      const repository = repositoryOf(state, fullName)
      renameRepository(state, { repository, sender: senderFor(state, repository.owner) }, name)
    },
    transferRepository(fullName, owner) {
      const repository = repositoryOf(state, fullName)
      const sender = senderFor(state, repository.owner)
      transferRepository(state, { repository, sender }, accountOf(state, owner))
    },
    renameAccount(login, newLogin) {
      const account = accountOf(state, login)
      renameAccount(state, { account, sender: senderFor(state, account) }, newLogin)
    },
    addMember(organization, member) {
      const { login, role = 'member' } = MEMBER.check(member, 'addMember')
      const account = accountOf(state, organization)
      if (account.type !== 'Organization') throw new TypeError(`${account.login} is no organization`)
      account.members.set(userOf(state, login), role)
    },
    createPersonalAccessToken: (login) =>
      state.userTokens.mint(userOf(state, login), {
        app: undefined,
        expiresAt: undefined,
        now: state.clock.now(),
      }).value,
  }
}

function repositoryOf(state: GitHubState, fullName: string): Repository {
  const [owner = '', ...rest] = String(fullName).split('/')
  const repository = state.repositories.find(owner, rest.join('/'))
  if (repository === undefined) throw new TypeError(`There is no repository "${fullName}"`)
  return repository
}

/** @throws {TypeError} when there is no such account, or it is no user. */
export function userOf(state: GitHubState, login: string): Account {
  const account = accountOf(state, login)
  if (account.type !== 'User') throw new TypeError(`"${login}" is no user`)
  return account
}

function senderFor(state: GitHubState, account: Account): Account {
  return actingFor(account) ?? defaultOwner(state)
}
