import { installationRepositories } from '../state/access.ts'
import type { Account, App, Installation, Repository, RepositorySelection } from '../state/entities.ts'
import type { InstallationEvent } from '../state/events.ts'
import type { GitHubState } from '../state/github-state.ts'
import type { NewInstallation } from '../state/installations.ts'
import type { Permissions } from '../state/permissions.ts'

/** What a change is made to, and who makes it. */
export interface InstallationTarget {
  readonly installation: Installation
  readonly sender: Account
}

/** @throws {TypeError} when the app is already installed there, or the id is taken. */
export function installApp(
  state: GitHubState,
  target: { readonly app: App; readonly account: Account; readonly sender: Account },
  options: Omit<NewInstallation, 'now'>,
): Installation {
  const { app, account, sender } = target
  const installation = state.installations.add(app, account, { ...options, now: state.clock.now() })
  const requester = state.installationRequests
    .of(app)
    .find((request) => request.account === account)?.requester
  state.installationRequests.remove(app, account)
  emit(state, { installation, sender, requester }, 'created')
  return installation
}

/** Takes an installation away, with every token it has. */
export function removeInstallation(state: GitHubState, { installation, sender }: InstallationTarget): void {
  state.installations.remove(installation)
  state.tokens.revokeAll(installation)
  emit(state, { installation, sender }, 'deleted')
}

/** Refuses the installation's tokens until it is unsuspended. They still expire meanwhile. */
export function suspendInstallation(state: GitHubState, { installation, sender }: InstallationTarget): void {
  if (installation.suspended !== undefined) return
  const now = state.clock.now()
  installation.suspended = { at: now, by: sender }
  installation.updatedAt = now
  emit(state, { installation, sender }, 'suspend')
}

/** Lets the tokens of a suspended installation work again, as far as they have not expired. */
export function unsuspendInstallation(
  state: GitHubState,
  { installation, sender }: InstallationTarget,
): void {
  if (installation.suspended === undefined) return
  installation.suspended = undefined
  installation.updatedAt = state.clock.now()
  emit(state, { installation, sender }, 'unsuspend')
}

/** Changes what an installation is granted; tokens that exist lose what it loses, and gain nothing. */
export function changePermissions(
  state: GitHubState,
  { installation, sender }: InstallationTarget,
  permissions: Permissions,
): void {
  installation.permissions = permissions
  installation.updatedAt = state.clock.now()
  emit(state, { installation, sender }, 'new_permissions_accepted')
}

/** Changes what an installation covers; tokens that exist lose what it loses, and gain nothing beyond their scope. */
export function changeSelection(
  state: GitHubState,
  { installation, sender }: InstallationTarget,
  selection: RepositorySelection,
): void {
  const before = new Set(installationRepositories(state, installation))
  installation.selection = selection
  installation.updatedAt = state.clock.now()
  const after = new Set(installationRepositories(state, installation))
  const tell = (action: 'added' | 'removed', repositories: readonly Repository[]): void => {
    if (repositories.length > 0)
      state.events.emit({ name: 'installation_repositories', action, installation, repositories, sender })
  }
  tell(
    'added',
    [...after].filter((repository) => !before.has(repository)),
  )
  tell(
    'removed',
    [...before].filter((repository) => !after.has(repository)),
  )
}

function emit(
  state: GitHubState,
  target: InstallationTarget & { readonly requester?: Account | undefined },
  action: InstallationEvent['action'],
): void {
  const repositories = installationRepositories(state, target.installation)
  state.events.emit({ name: 'installation', action, repositories, ...target })
}
