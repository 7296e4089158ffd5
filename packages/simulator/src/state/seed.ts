import { createHash, randomBytes } from 'node:crypto'
import type { AccountSeed, AppSeed, InstallationSeed, RepositorySeed } from '../options.ts'
import type { Account, App, AppKey, Installation, RepositorySelection } from './entities.ts'
import type { GitHubState } from './github-state.ts'
import { FIRST_ID } from './ids.ts'
import { checkedPermissions } from './permissions.ts'

/** The user that owns the app and opened the issues that exist from the start. */
const OWNER_LOGIN = 'monalisa'
const DEFAULT_PERMISSIONS = { contents: 'write', issues: 'write', pull_requests: 'write' } as const
const DEFAULT_EVENTS = ['issues', 'issue_comment', 'push'] as const

/** @throws {TypeError} naming the option that does not hold. */
export function seedApp(state: GitHubState, seed: AppSeed, key: AppKey): App {
  const now = state.clock.now()
  const slug = seed.slug ?? 'hubauth-test-app'
  const app: App = {
    id: positiveInteger(seed.id ?? state.ids.next(FIRST_ID.app), 'app.id'),
    clientId: seed.clientId ?? clientIdOf(slug),
    slug,
    name: seed.name ?? slug,
    owner: ownerOf(state),
    bot: state.accounts.add(`${slug}[bot]`, 'Bot', now),
    keys: new Map([[key.fingerprint, key]]),
    permissions: checkedPermissions(seed.permissions ?? DEFAULT_PERMISSIONS),
    events: [...(seed.events ?? DEFAULT_EVENTS)],
    webhookSecret: seed.webhookSecret ?? randomBytes(20).toString('hex'),
    webhookUrl: seed.webhookUrl,
    hookId: state.ids.next(FIRST_ID.hook),
    createdAt: now,
  }
  state.apps.add(app)
  return app
}

/** @throws {TypeError} naming the login, repository or permission that does not hold. */
export function seedAccount(state: GitHubState, app: App, seed: AccountSeed): Account {
  const account =
    state.accounts.find(seed.login) === app.owner
      ? app.owner
      : state.accounts.add(seed.login, seed.type ?? 'Organization', state.clock.now())
  for (const repository of seed.repositories ?? []) seedRepository(state, account, repository)
  if (seed.installation !== undefined) seedInstallation(state, { app, account, seed: seed.installation })
  return account
}

/** @throws {TypeError} when a repository is unknown, a permission does not exist, or the app is installed there already. */
export function seedInstallation(
  state: GitHubState,
  target: { app: App; account: Account; seed: InstallationSeed },
): Installation {
  const { app, account, seed } = target
  return state.installations.add(app, account, {
    id: seed.id === undefined ? undefined : positiveInteger(seed.id, 'installation.id'),
    selection: selectionOf(state, account, seed.repositories ?? 'all'),
    permissions: seed.permissions === undefined ? app.permissions : checkedPermissions(seed.permissions),
    now: state.clock.now(),
  })
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

function seedRepository(state: GitHubState, owner: Account, seed: RepositorySeed): void {
  const now = state.clock.now()
  const repository = state.repositories.add(owner, {
    name: seed.name,
    private: seed.private ?? false,
    description: seed.description ?? null,
    now,
  })
  const author = { account: ownerOf(state) }
  for (const { title, body } of seed.issues ?? [])
    state.repositories.addIssue(repository, { title, body: body ?? null, author, now })
}

function ownerOf(state: GitHubState): Account {
  return state.accounts.find(OWNER_LOGIN) ?? state.accounts.add(OWNER_LOGIN, 'User', state.clock.now())
}

function clientIdOf(slug: string): string {
  return `Iv23li${createHash('sha256').update(slug).digest('hex').slice(0, 14)}`
}

function positiveInteger(value: number, name: string): number {
  if (!Number.isSafeInteger(value) || value < 1) throw new TypeError(`${name} must be a positive integer`)
  return value
}
