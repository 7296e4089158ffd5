import type { AccountSeed, InstallationSeed, RepositorySeed } from '../options.ts'
import type { Account, App, Installation, Repository, RepositorySelection } from './entities.ts'
import type { GitHubState } from './github-state.ts'
import type { NewInstallation } from './installations.ts'
import { checkedPermissions } from './permissions.ts'
import { checkFiles } from './repository-files.ts'

/** The user that owns apps and opened the issues that exist from the start. */
const OWNER_LOGIN = 'monalisa'

/** `monalisa`, made at first use. */
export function defaultOwner(state: GitHubState): Account {
  return findOrAddUser(state, OWNER_LOGIN)
}

/**
 * Makes all accounts, then what refers to them, so that their order does not matter.
 *
 * @throws {TypeError} naming the login, repository, app or permission that does not hold.
 */
export function seedAccounts(state: GitHubState, seeds: readonly AccountSeed[]): void {
  const accounts = seeds.map((seed) => ({ seed, account: addAccount(state, seed) }))
  for (const { seed, account } of accounts) {
    for (const [login, role] of Object.entries(seed.members ?? {})) {
      if (account.type !== 'Organization')
        throw new TypeError(`${account.login} is no organization, so it cannot have members`)
      account.members.set(findOrAddUser(state, login), role)
    }
    for (const repository of seed.repositories ?? []) seedRepository(state, account, repository)
  }
}

/** @throws {TypeError} naming the app, repository or permission that does not hold. */
export function seedInstallations(state: GitHubState, seeds: readonly AccountSeed[]): void {
  for (const { login, installation, installations = [] } of seeds) {
    const account = accountOf(state, login)
    for (const seed of installation === undefined ? installations : [installation, ...installations]) {
      const added = state.installations.add(appOf(state, seed.app), account, {
        ...newInstallation(state, account, seed),
        now: state.clock.now(),
      })
      if (seed.suspended === true) added.suspended = { at: state.clock.now(), by: ownerOf(added) }
    }
  }
}

/** What a seed says about an installation. */
export function newInstallation(
  state: GitHubState,
  account: Account,
  seed: InstallationSeed,
): Omit<NewInstallation, 'now'> {
  return {
    id: seed.id === undefined ? undefined : positiveInteger(seed.id, 'installation.id'),
    selection: selectionOf(state, account, seed.repositories ?? 'all'),
    permissions:
      seed.permissions === undefined
        ? appOf(state, seed.app).permissions
        : checkedPermissions(seed.permissions),
  }
}

/** Who does things to an installation that nobody is named for: the user it is on, or an owner of the organization. */
export function ownerOf({ account, app }: Pick<Installation, 'account' | 'app'>): Account {
  return actingFor(account) ?? app.owner
}

/** Who does things for an account: the user itself, or an owner of the organization; undefined when it has none. */
export function actingFor(account: Account): Account | undefined {
  if (account.type === 'User') return account
  for (const [member, role] of account.members) if (role === 'admin') return member
  return undefined
}

/** @throws {TypeError} naming the repository that the account does not have. */
export function selectionOf(
  state: GitHubState,
  account: Account,
  repositories: 'all' | readonly string[],
): RepositorySelection {
  if (repositories === 'all') return 'all'
  return new Set(
    repositories.map((name) => {
      const repository = state.repositories.find(account.login, name)
      if (repository === undefined) throw new TypeError(`${account.login} has no repository "${name}"`)
      return repository.id
    }),
  )
}

/**
 * The app with a slug; the first one when none is named.
 *
 * @throws {TypeError} when there is no such app.
 */
export function appOf({ apps }: GitHubState, slug: string | undefined): App {
  const app = slug === undefined ? apps.all()[0] : apps.findBySlug(String(slug))
  if (app === undefined) throw new TypeError(`There is no app "${slug}"`)
  return app
}

/** @throws {TypeError} when there is no such account. */
export function accountOf({ accounts }: GitHubState, login: string): Account {
  const account = accounts.find(String(login))
  if (account === undefined) throw new TypeError(`There is no account "${login}"`)
  return account
}

function positiveInteger(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${name} must be a positive integer`)
  return value
}

/**
 * Makes a repository, with its issues.
 *
 * @throws {TypeError} for a name that is taken or not one, a path that cannot be, and a collaborator who is no user.
 */
export function seedRepository(state: GitHubState, owner: Account, seed: RepositorySeed): Repository {
  const now = state.clock.now()
  const { name, private: isPrivate = false, description = null } = seed
  const files = seed.files ?? { 'README.md': `# ${name}\n` }
  checkFiles(files)
  const repository = state.repositories.add(owner, { name, private: isPrivate, description, files, now })
  for (const [login, role] of Object.entries(seed.collaborators ?? {}))
    repository.collaborators.set(findOrAddUser(state, login), role)
  const author = { account: defaultOwner(state) }
  for (const { title, body = null } of seed.issues ?? [])
    state.repositories.addIssue(repository, { title, body, author, now })
  return repository
}

function addAccount(state: GitHubState, seed: AccountSeed): Account {
  const { login, name = null, email = null } = seed
  const type = seed.type ?? (login.toLowerCase() === OWNER_LOGIN ? 'User' : 'Organization')
  return state.accounts.add(login, { type, name, email, now: state.clock.now() })
}

function findOrAddUser(state: GitHubState, login: string): Account {
  const known = state.accounts.find(login)
  if (known === undefined) return state.accounts.add(login, { type: 'User', now: state.clock.now() })
  if (known.type !== 'User') throw new TypeError(`"${login}" is no user`)
  return known
}
