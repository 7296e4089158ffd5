import { userResource } from '../../resources/account-resource.ts'
import { appResource } from '../../resources/app-resource.ts'
import { commentResource, issueResource } from '../../resources/issue-resource.ts'
import { organizationResource } from '../../resources/organization-resource.ts'
import { repositoryResource } from '../../resources/repository-resource.ts'
import type { Urls } from '../../server/urls.ts'
import type { Account, Installation } from '../../state/entities.ts'
import type { RepositoryEvent } from '../../state/events.ts'
import { installationIdentity } from './installation-payloads.ts'
import type { Payload } from './payload.ts'
import { pushMembers } from './push-members.ts'

type EventOf<Name extends RepositoryEvent['name']> = Extract<RepositoryEvent, { name: Name }>

/** The payload of an event in a repository, for the installation that it is told to. */
export function repositoryPayload(
  event: RepositoryEvent,
  { installation, urls }: { readonly installation: Installation; readonly urls: Urls },
): Payload {
  const { owner } = event.repository
  return {
    ...('action' in event ? { action: event.action } : {}),
    repository: repositoryResource(event.repository, urls),
    ...membersOf(event, urls),
    ...(owner.type === 'Organization' ? { organization: organizationResource(owner, urls) } : {}),
    sender: userResource(event.sender, urls),
    installation: installationIdentity(installation),
  }
}

function membersOf(event: RepositoryEvent, urls: Urls): Payload {
  switch (event.name) {
    case 'issues':
      return { issue: issueIn(event, urls), ...issueChanges(event) }
    case 'issue_comment':
      return { issue: issueIn(event, urls), comment: commentResource(event.comment, { ...event, urls }) }
    case 'repository':
      return repositoryChanges(event, urls)
    case 'push':
      return pushMembers(event, urls)
  }
}

// Webhooks leave out what only the API says: who closed an issue, and the client id of the app that opened it.
function issueIn(event: EventOf<'issues' | 'issue_comment'>, urls: Urls): Payload {
  const { closed_by: _closedBy, ...issue } = issueResource(event.issue, { ...event, urls })
  const { app } = event.issue.author
  if (app === undefined) return issue
  const { client_id: _clientId, ...opener } = appResource(app, urls)
  return { ...issue, performed_via_github_app: opener }
}

function issueChanges(event: EventOf<'issues'>): Payload {
  if (event.action !== 'edited') return {}
  const { title, body } = event.previous
  return {
    changes: {
      ...(title === undefined ? {} : { title: { from: title } }),
      // The schema has no null here, so a text that was not there is an empty one.
      ...(body === undefined ? {} : { body: { from: body ?? '' } }),
    },
  }
}

function repositoryChanges({ previousName, previousOwner }: EventOf<'repository'>, urls: Urls): Payload {
  if (previousName !== undefined) return { changes: { repository: { name: { from: previousName } } } }
  if (previousOwner !== undefined) return { changes: { owner: { from: ownerIn(previousOwner, urls) } } }
  return {}
}

function ownerIn(account: Account, urls: Urls): Payload {
  return account.type === 'Organization'
    ? { organization: organizationResource(account, urls) }
    : { user: userResource(account, urls) }
}
