import { accountResource, userResource } from '../../resources/account-resource.ts'
import { installationResource } from '../../resources/installation-resource.ts'
import { repositoryFullName } from '../../resources/repository-resource.ts'
import type { Urls } from '../../server/urls.ts'
import type { Account, Installation, Repository } from '../../state/entities.ts'
import type { GitHubEvent, InstallationEvent } from '../../state/events.ts'
import { nodeId } from '../../state/ids.ts'
import type { Payload } from './payload.ts'

/**
 * The payload of `installation`.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#installation
 */
export function installationPayload(event: InstallationEvent, urls: Urls): Payload {
  const { action, installation, repositories, requester, sender } = event
  return {
    action,
    installation: installationResource(installation, urls),
    repositories: repositories.map(repositorySummary),
    ...(action === 'created' ? { requester: requesterResource(requester, urls) } : {}),
    sender: userResource(sender, urls),
  }
}

/**
 * The payload of `installation_repositories`.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#installation_repositories
 */
export function installationRepositoriesPayload(
  event: Extract<GitHubEvent, { name: 'installation_repositories' }>,
  urls: Urls,
): Payload {
  const { action, installation, repositories, sender } = event
  const summaries = repositories.map(repositorySummary)
  return {
    action,
    installation: installationResource(installation, urls),
    repository_selection: installation.selection === 'all' ? 'all' : 'selected',
    repositories_added: action === 'added' ? summaries : [],
    repositories_removed: action === 'removed' ? summaries : [],
    requester: null,
    sender: userResource(sender, urls),
  }
}

/**
 * The payload of `installation_target`. An enterprise has a slug where everybody else has a login.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#installation_target
 */
export function installationTargetPayload(
  event: Extract<GitHubEvent, { name: 'installation_target' }>,
  { installation, urls }: { readonly installation: Installation; readonly urls: Urls },
): Payload {
  const { action, account, previousLogin, sender } = event
  return {
    action,
    account: accountResource(account, urls),
    changes: { [account.type === 'Enterprise' ? 'slug' : 'login']: { from: previousLogin } },
    target_type: account.type,
    installation: installationIdentity(installation),
    sender: userResource(sender, urls),
  }
}

/** The two members by which most payloads name an installation. */
export function installationIdentity({ id }: Installation): {
  readonly id: number
  readonly node_id: string
} {
  return { id, node_id: nodeId('IN', id) }
}

function repositorySummary(repository: Repository): Payload {
  return {
    id: repository.id,
    node_id: nodeId('R', repository.id),
    name: repository.name,
    full_name: repositoryFullName(repository),
    private: repository.private,
  }
}

function requesterResource(requester: Account | undefined, urls: Urls): Payload | null {
  return requester === undefined ? null : userResource(requester, urls)
}
