import { userResource } from '../../resources/account-resource.ts'
import { hookResource } from '../../resources/hook-resource.ts'
import type { Urls } from '../../server/urls.ts'
import type { App, Installation } from '../../state/entities.ts'
import type { GitHubEvent } from '../../state/events.ts'
import {
  installationPayload,
  installationRepositoriesPayload,
  installationTargetPayload,
} from './installation-payloads.ts'
import type { Payload } from './payload.ts'
import { repositoryPayload } from './repository-payloads.ts'

/** Whom a payload is for: an app, through one of its installations, unless the event is about the app alone. */
export interface Listener {
  readonly app: App
  readonly installation?: Installation
}

/** What GitHub tells a listener about an event; undefined for an event in a repository that is heard without an installation. */
export function eventPayload(
  event: GitHubEvent,
  { app, installation }: Listener,
  urls: Urls,
): Payload | undefined {
  switch (event.name) {
    case 'ping':
      return { zen: 'Keep it logically awesome.', hook_id: app.hook.id, hook: hookResource(app, urls) }
    case 'github_app_authorization':
      return { action: event.action, sender: userResource(event.sender, urls) }
    case 'installation':
      return installationPayload(event, urls)
    case 'installation_repositories':
      return installationRepositoriesPayload(event, urls)
    case 'installation_target':
      return installation && installationTargetPayload(event, { installation, urls })
    default:
      return installation && repositoryPayload(event, { installation, urls })
  }
}
