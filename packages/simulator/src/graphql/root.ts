import { authorOf } from '../auth/author.ts'
import { addComment } from '../changes/issue-changes.ts'
import { timestamp } from '../resources/timestamp.ts'
import type { Account } from '../state/entities.ts'
import { METADATA_READ } from '../state/permissions.ts'
import { MAX_BODY_LENGTH } from '../state/text-limits.ts'
import { accountNode, viewerNode } from './account-node.ts'
import { cursorOf } from './connection.ts'
import { findIssue, findNode } from './find-node.ts'
import { GraphQLRefusal } from './graphql-errors.ts'
import { commentNode, issueNode } from './issue-node.ts'
import type { QuerySession } from './query-session.ts'
import { repositoryNode } from './repository-node.ts'

interface AddCommentInput {
  readonly subjectId: string
  readonly body: string
  readonly clientMutationId?: string | null
}

/** The fields of `Query` and `Mutation`. */
export function rootFields(session: QuerySession): Readonly<Record<string, unknown>> {
  return {
    viewer: () => viewerNode(session, authorOf(session.actor).account),
    rateLimit: () => {
      const { reset, ...rest } = session.rateLimit
      return { ...rest, resetAt: timestamp(reset * 1000) }
    },
    node: ({ id }: { readonly id: string }) => findNode(id, session),
    user: ({ login }: { readonly login: string }) =>
      accountNode(findAccount(session, { login, type: 'User' }), session),
    organization: ({ login }: { readonly login: string }) =>
      accountNode(findAccount(session, { login, type: 'Organization' }), session),
    repository: (wanted: RepositoryArguments) => findRepository(session, wanted),
    addComment: ({ input }: { readonly input: AddCommentInput }) => comment(session, input),
  }
}

interface RepositoryArguments {
  readonly owner: string
  readonly name: string
  readonly followRenames?: boolean | null
}

function findRepository(
  session: QuerySession,
  { owner, name, followRenames }: RepositoryArguments,
): Readonly<Record<string, unknown>> {
  const { repositories } = session.state
  const moved = followRenames === false ? undefined : repositories.findMoved(owner, name)
  const repository = repositories.find(owner, name) ?? moved
  const values = { name: `${owner}/${name}` }
  if (repository === undefined) throw new GraphQLRefusal('REPOSITORY_NOT_FOUND', values)
  session.require({ repository, permission: METADATA_READ }, { code: 'REPOSITORY_NOT_FOUND', values })
  return repositoryNode(repository, session)
}

function findAccount(
  { state }: QuerySession,
  { login, type }: { readonly login: string; readonly type: 'User' | 'Organization' },
): Account {
  const account = state.accounts.find(login)
  if (account?.type === type) return account
  throw new GraphQLRefusal(type === 'User' ? 'USER_NOT_FOUND' : 'ORGANIZATION_NOT_FOUND', { login })
}

function comment(
  session: QuerySession,
  { subjectId, body, clientMutationId = null }: AddCommentInput,
): Readonly<Record<string, unknown>> {
  const place = findIssue(subjectId, session.state)
  const hidden = { code: 'NODE_NOT_FOUND', values: { id: subjectId } } as const
  if (place === undefined) throw new GraphQLRefusal(hidden.code, hidden.values)
  session.require({ repository: place.repository, permission: { name: 'issues', level: 'write' } }, hidden)
  if (body.trim() === '') throw new GraphQLRefusal('BODY_BLANK')
  if (body.length > MAX_BODY_LENGTH) throw new GraphQLRefusal('BODY_TOO_LONG')
  const added = addComment(session.state, { ...place, author: authorOf(session.actor) }, body)
  return {
    clientMutationId,
    subject: () => issueNode(place, session),
    commentEdge: { cursor: cursorOf(added), node: () => commentNode(added, place, session) },
  }
}
