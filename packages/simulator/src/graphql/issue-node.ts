import type { GraphQLResolveInfo } from 'graphql'
import { repositoryFullName } from '../resources/repository-resource.ts'
import { timestamp } from '../resources/timestamp.ts'
import type { Comment, Issue, Repository } from '../state/entities.ts'
import { nodeId } from '../state/ids.ts'
import { accountNode } from './account-node.ts'
import { connection, type PageArguments } from './connection.ts'
import type { QuerySession } from './query-session.ts'
import { repositoryNode } from './repository-node.ts'

type NodeObject = Readonly<Record<string, unknown>>

/** An issue and the repository it is in. */
export interface IssuePlace {
  readonly issue: Issue
  readonly repository: Repository
}

/** GitHub's `Issue`. */
export function issueNode({ issue, repository }: IssuePlace, session: QuerySession): NodeObject {
  return {
    __typename: 'Issue',
    id: nodeId('I', issue.id),
    databaseId: issue.id,
    number: issue.number,
    title: issue.title,
    body: issue.body ?? '',
    state: issue.closed === undefined ? 'OPEN' : 'CLOSED',
    closed: issue.closed !== undefined,
    closedAt: issue.closed === undefined ? null : timestamp(issue.closed.at),
    createdAt: timestamp(issue.createdAt),
    updatedAt: timestamp(issue.updatedAt),
    url: issueUrl({ issue, repository }, session),
    author: () => accountNode(issue.author.account, session),
    repository: () => repositoryNode(repository, session),
    comments: (page: PageArguments, _context: unknown, info: GraphQLResolveInfo) =>
      connection(issue.comments, page, {
        session,
        info,
        node: (comment) => commentNode(comment, { issue, repository }, session),
      }),
  }
}

/** GitHub's `IssueComment`. */
export function commentNode(comment: Comment, place: IssuePlace, session: QuerySession): NodeObject {
  return {
    __typename: 'IssueComment',
    id: nodeId('IC', comment.id),
    databaseId: comment.id,
    body: comment.body,
    createdAt: timestamp(comment.createdAt),
    updatedAt: timestamp(comment.createdAt),
    url: `${issueUrl(place, session)}#issuecomment-${comment.id}`,
    author: () => accountNode(comment.author.account, session),
    issue: () => issueNode(place, session),
    repository: () => repositoryNode(place.repository, session),
  }
}

function issueUrl({ issue, repository }: IssuePlace, { urls }: QuerySession): string {
  return `${urls.web}/${repositoryFullName(repository)}/issues/${issue.number}`
}
