import type { GraphQLResolveInfo } from 'graphql'
import { repositoryFullName } from '../resources/repository-resource.ts'
import type { Issue, Repository } from '../state/entities.ts'
import { nodeId } from '../state/ids.ts'
import { DEFAULT_BRANCH } from '../state/repositories.ts'
import { accountNode } from './account-node.ts'
import { connection, type PageArguments } from './connection.ts'
import { GraphQLRefusal } from './graphql-errors.ts'
import { issueNode } from './issue-node.ts'
import type { QuerySession } from './query-session.ts'

interface IssuesArguments extends PageArguments {
  readonly states?: readonly ('OPEN' | 'CLOSED')[] | null
  readonly orderBy?: {
    readonly field: 'COMMENTS' | 'CREATED_AT' | 'UPDATED_AT'
    readonly direction: 'ASC' | 'DESC'
  } | null
}

/** GitHub's `Repository`. Its issues need the permission `issues: read`. */
export function repositoryNode(
  repository: Repository,
  session: QuerySession,
): Readonly<Record<string, unknown>> {
  const nameWithOwner = repositoryFullName(repository)
  const requireIssues = (): void =>
    session.require(
      { repository, permission: { name: 'issues', level: 'read' } },
      { code: 'REPOSITORY_NOT_FOUND', values: { name: nameWithOwner } },
    )
  return {
    __typename: 'Repository',
    id: nodeId('R', repository.id),
    databaseId: repository.id,
    name: repository.name,
    nameWithOwner,
    description: repository.description,
    isPrivate: repository.private,
    url: `${session.urls.web}/${nameWithOwner}`,
    owner: () => accountNode(repository.owner, session),
    defaultBranchRef: { name: DEFAULT_BRANCH },
    issue: ({ number }: { readonly number: number }) => {
      requireIssues()
      const issue = repository.issues[number - 1]
      if (issue === undefined) throw new GraphQLRefusal('ISSUE_NOT_FOUND', { number })
      return issueNode({ issue, repository }, session)
    },
    issues: (wanted: IssuesArguments, _context: unknown, info: GraphQLResolveInfo) => {
      requireIssues()
      const node = (issue: Issue): unknown => issueNode({ issue, repository }, session)
      return connection(issuesIn(repository, wanted), wanted, { session, info, node })
    },
  }
}

function issuesIn({ issues }: Repository, { states, orderBy }: IssuesArguments): Issue[] {
  const wanted = issues.filter(
    ({ closed }) => states?.includes(closed === undefined ? 'OPEN' : 'CLOSED') ?? true,
  )
  const { field, direction } = orderBy ?? { field: 'CREATED_AT', direction: 'ASC' }
  const key = (issue: Issue): number => {
    if (field === 'COMMENTS') return issue.comments.length
    return field === 'CREATED_AT' ? issue.createdAt : issue.updatedAt
  }
  const sign = direction === 'ASC' ? 1 : -1
  return wanted.sort((one, other) => sign * (key(one) - key(other) || one.number - other.number))
}
