import type { Author, Comment, Issue, Repository } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'

interface IssueTarget {
  readonly repository: Repository
  readonly issue: Issue
  /** Who makes the change. */
  readonly author: Author
}

/** Opens an issue. */
export function openIssue(
  state: GitHubState,
  { repository, author }: Omit<IssueTarget, 'issue'>,
  text: { readonly title: string; readonly body: string | null },
): Issue {
  const issue = state.repositories.addIssue(repository, { ...text, author, now: state.clock.now() })
  state.events.emit({
    name: 'issues',
    action: 'opened',
    repository,
    issue,
    author,
    sender: author.account,
  })
  return issue
}

/** Changes title and body. What stays the same is no change, and nobody hears of it. */
export function editIssue(
  state: GitHubState,
  { repository, issue, author }: IssueTarget,
  text: { readonly title?: string; readonly body?: string | null },
): void {
  const { title = issue.title, body = issue.body } = text
  const previous = {
    ...(title === issue.title ? {} : { title: issue.title }),
    ...(body === issue.body ? {} : { body: issue.body }),
  }
  if (Object.keys(previous).length === 0) return
  issue.title = title
  issue.body = body
  issue.updatedAt = state.clock.now()
  const sender = author.account
  state.events.emit({ name: 'issues', action: 'edited', repository, issue, author, previous, sender })
}

/** Closes an issue, or opens it again. */
export function setIssueState(
  state: GitHubState,
  { repository, issue, author }: IssueTarget,
  wanted: 'open' | 'closed',
): void {
  if ((issue.closed === undefined) === (wanted === 'open')) return
  const now = state.clock.now()
  const sender = author.account
  issue.closed = wanted === 'open' ? undefined : { at: now, by: sender }
  issue.updatedAt = now
  const action = wanted === 'open' ? 'reopened' : 'closed'
  state.events.emit({ name: 'issues', action, repository, issue, author, sender })
}

/** Adds a comment to an issue. */
export function addComment(
  state: GitHubState,
  { repository, issue, author }: IssueTarget,
  body: string,
): Comment {
  const comment = state.repositories.addComment(issue, { body, author, now: state.clock.now() })
  const sender = author.account
  state.events.emit({ name: 'issue_comment', action: 'created', repository, issue, comment, sender })
  return comment
}
