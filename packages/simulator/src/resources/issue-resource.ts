import type { Urls } from '../server/urls.ts'
import type { Author, Comment, Issue, Repository } from '../state/entities.ts'
import { nodeId } from '../state/ids.ts'
import { userResource } from './account-resource.ts'
import { appResource } from './app-resource.ts'
import { repositoryFullName, repositoryUrl } from './repository-resource.ts'
import { timestamp } from './timestamp.ts'

type Resource = Readonly<Record<string, unknown>>

/** Where an issue or a comment is, and how links are written. */
export interface IssuePlace {
  readonly repository: Repository
  readonly urls: Urls
}

/** GitHub's `issue`. */
export function issueResource(issue: Issue, { repository, urls }: IssuePlace): Resource {
  const url = issueUrl(issue, { repository, urls })
  return {
    url,
    repository_url: repositoryUrl(repository, urls),
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: issueHtmlUrl(issue, { repository, urls }),
    id: issue.id,
    node_id: nodeId('I', issue.id),
    number: issue.number,
    title: issue.title,
    labels: [],
    state: issue.closed === undefined ? 'open' : 'closed',
    state_reason: issue.closed === undefined ? null : 'completed',
    locked: false,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: issue.comments.length,
    created_at: timestamp(issue.createdAt),
    updated_at: timestamp(issue.updatedAt),
    closed_at: issue.closed === undefined ? null : timestamp(issue.closed.at),
    closed_by: issue.closed === undefined ? null : userResource(issue.closed.by, urls),
    active_lock_reason: null,
    body: issue.body,
    reactions: reactions(url),
    timeline_url: `${url}/timeline`,
    ...authorship(issue.author, urls),
  }
}

/** GitHub's `issue-comment`. */
export function commentResource(comment: Comment, place: IssuePlace & { readonly issue: Issue }): Resource {
  const url = `${repositoryUrl(place.repository, place.urls)}/issues/comments/${comment.id}`
  return {
    url,
    html_url: `${issueHtmlUrl(place.issue, place)}#issuecomment-${comment.id}`,
    issue_url: issueUrl(place.issue, place),
    id: comment.id,
    node_id: nodeId('IC', comment.id),
    body: comment.body,
    created_at: timestamp(comment.createdAt),
    updated_at: timestamp(comment.createdAt),
    reactions: reactions(url),
    ...authorship(comment.author, place.urls),
  }
}

/** The address of an issue in the API. */
export function issueUrl(issue: Issue, { repository, urls }: IssuePlace): string {
  return `${repositoryUrl(repository, urls)}/issues/${issue.number}`
}

function issueHtmlUrl(issue: Issue, { repository, urls }: IssuePlace): string {
  return `${urls.web}/${repositoryFullName(repository)}/issues/${issue.number}`
}

function authorship({ account, app }: Author, urls: Urls): Resource {
  return {
    user: userResource(account, urls),
    author_association: app === undefined ? 'CONTRIBUTOR' : 'NONE',
    performed_via_github_app: app === undefined ? null : appResource(app, urls),
  }
}

function reactions(url: string): Resource {
  return {
    url: `${url}/reactions`,
    total_count: 0,
    '+1': 0,
    '-1': 0,
    laugh: 0,
    hooray: 0,
    confused: 0,
    heart: 0,
    rocket: 0,
    eyes: 0,
  }
}
