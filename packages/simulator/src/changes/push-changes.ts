import type { Account, Repository } from '../state/entities.ts'
import type { PushedRef } from '../state/events.ts'
import type { GitHubState } from '../state/github-state.ts'

/** Somebody pushed to a repository. Every ref that changed is an event of its own, as on GitHub. */
export function recordPush(
  state: GitHubState,
  { repository, sender }: { readonly repository: Repository; readonly sender: Account },
  changes: readonly PushedRef[],
): void {
  repository.pushedAt = state.clock.now()
  for (const change of changes) state.events.emit({ name: 'push', repository, sender, ...change })
}
