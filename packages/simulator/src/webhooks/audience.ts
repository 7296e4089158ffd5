import { installationCovers } from '../state/access.ts'
import type { App } from '../state/entities.ts'
import type { GitHubEvent, RepositoryEvent } from '../state/events.ts'
import type { GitHubState } from '../state/github-state.ts'
import { allows } from '../state/permissions.ts'
import type { Listener } from './payloads/event-payload.ts'

/**
 * What an app has to be allowed to read to hear of an event.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads
 */
const READ_PERMISSION: Readonly<Record<RepositoryEvent['name'], string>> = {
  issues: 'issues',
  issue_comment: 'issues',
  push: 'contents',
  repository: 'metadata',
}

/**
 * Who hears of an event. What concerns an app or its installations is always told to that app. What happens in a repository is
 * told to every app that asked for it, whose installation covers the repository, may read such things, and is not suspended.
 */
export function audienceOf(state: GitHubState, event: GitHubEvent): Listener[] {
  switch (event.name) {
    case 'ping':
    case 'github_app_authorization':
      return [{ app: event.app }]
    case 'installation':
    case 'installation_repositories':
      return [{ app: event.installation.app, installation: event.installation }]
    case 'installation_target':
      return state.apps.all().flatMap((app) => {
        const installation = state.installations.findFor(app, event.account)
        return installation === undefined ? [] : [{ app, installation }]
      })
    default:
      return state.apps.all().flatMap((app) => repositoryListener(state, { app, event }))
  }
}

function repositoryListener(
  state: GitHubState,
  { app, event }: { readonly app: App; readonly event: RepositoryEvent },
): Listener[] {
  const { name, repository } = event
  const installation = state.installations.findFor(app, repository.owner)
  if (installation === undefined || installation.suspended !== undefined) return []
  if (!installation.events.includes(name) || !installationCovers(installation, repository)) return []
  return allows(installation.permissions, READ_PERMISSION[name], 'read') ? [{ app, installation }] : []
}
