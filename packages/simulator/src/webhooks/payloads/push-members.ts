import { userResource } from '../../resources/account-resource.ts'
import { repositoryFullName, repositoryResource } from '../../resources/repository-resource.ts'
import type { Urls } from '../../server/urls.ts'
import { noreplyEmail } from '../../state/accounts.ts'
import type { Account, Repository } from '../../state/entities.ts'
import type { Commit, RefChange, RepositoryEvent } from '../../state/events.ts'
import { DEFAULT_BRANCH } from '../../state/repositories.ts'
import type { Payload } from './payload.ts'

/** Characters of a commit id in a `compare` address. */
const SHORT_ID = 12

/**
 * What a `push` has besides what all events in a repository have. Its `repository` is an older form, with times in epoch
 * seconds and the address of the web host as its `url`.
 *
 * @see https://docs.github.com/webhooks/webhook-events-and-payloads#push
 */
export function pushMembers(event: Extract<RepositoryEvent, { name: 'push' }>, urls: Urls): Payload {
  const { repository, change, sender } = event
  const htmlUrl = `${urls.web}/${repositoryFullName(repository)}`
  const commits = event.commits.map((commit) => commitIn(commit, htmlUrl))
  const deleted = isNothing(change.after)
  return {
    ...change,
    created: isNothing(change.before),
    deleted,
    forced: event.forced,
    base_ref: null,
    compare: `${htmlUrl}/compare/${compared(change)}`,
    commits,
    head_commit: event.head === undefined ? null : commitIn(event.head, htmlUrl),
    pusher: pusherIn(sender),
    repository: repositoryIn(repository, { htmlUrl, urls }),
  }
}

function compared({ ref, before, after }: RefChange): string {
  if (isNothing(before)) return ref.replace(/^refs\/(?:heads|tags)\//, '')
  return `${before.slice(0, SHORT_ID)}...${after.slice(0, SHORT_ID)}`
}

function commitIn(commit: Commit, htmlUrl: string): Payload {
  const { id, treeId, message, timestamp, author, committer, added, removed, modified } = commit
  const url = `${htmlUrl}/commit/${id}`
  return {
    id,
    tree_id: treeId,
    distinct: true,
    message,
    timestamp,
    url,
    author,
    committer,
    added,
    removed,
    modified,
  }
}

function pusherIn(account: Account): Payload {
  return { name: account.login, email: emailOf(account) }
}

function repositoryIn(
  repository: Repository,
  { htmlUrl, urls }: { readonly htmlUrl: string; readonly urls: Urls },
): Payload {
  const { owner, createdAt, pushedAt } = repository
  return {
    ...repositoryResource(repository, urls),
    has_discussions: false,
    owner: { name: owner.login, email: emailOf(owner), ...userResource(owner, urls) },
    url: htmlUrl,
    created_at: Math.floor(createdAt / 1000),
    pushed_at: Math.floor(pushedAt / 1000),
    stargazers: 0,
    master_branch: DEFAULT_BRANCH,
    ...(owner.type === 'Organization' ? { organization: owner.login } : {}),
  }
}

// The address of a bot has brackets, which the format that the description demands does not allow.
function emailOf({ id, login, email, type }: Account): string | null {
  return email ?? (type === 'User' ? noreplyEmail({ id, login }) : null)
}

function isNothing(commitId: string): boolean {
  return /^0+$/.test(commitId)
}
