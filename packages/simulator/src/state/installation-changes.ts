import type { Installation, RepositorySelection } from './entities.ts'
import type { GitHubState } from './github-state.ts'
import type { Permissions } from './permissions.ts'

/** Takes an installation away, with every token it has. */
export function removeInstallation(state: GitHubState, installation: Installation): void {
  state.installations.remove(installation)
  state.tokens.revokeAll(installation)
}

/** Refuses the installation's tokens until it is unsuspended. They still expire meanwhile. */
export function suspendInstallation({ clock }: GitHubState, installation: Installation): void {
  const now = clock.now()
  installation.suspended ??= { at: now, by: installation.app.owner }
  installation.updatedAt = now
}

export function unsuspendInstallation({ clock }: GitHubState, installation: Installation): void {
  installation.suspended = undefined
  installation.updatedAt = clock.now()
}

/** Changes what an installation is granted; tokens that exist lose what it loses, and gain nothing. */
export function changeInstallation(
  { clock }: GitHubState,
  installation: Installation,
  change: InstallationChange,
): void {
  installation.permissions = change.permissions ?? installation.permissions
  installation.selection = change.selection ?? installation.selection
  installation.updatedAt = clock.now()
}

export interface InstallationChange {
  readonly permissions?: Permissions
  readonly selection?: RepositorySelection
}
