import { userResource } from '../resources/account-resource.ts'
import type { Repository } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { nodeId } from '../state/ids.ts'
import { accountNode } from './account-node.ts'
import { GraphQLRefusal } from './graphql-errors.ts'
import { commentNode, type IssuePlace, issueNode } from './issue-node.ts'
import type { QuerySession } from './query-session.ts'
import { repositoryNode } from './repository-node.ts'

/**
 * Whatever has a global node id.
 *
 * @throws {GraphQLRefusal} when there is no such thing for the caller.
 */
export function findNode(id: string, session: QuerySession): Readonly<Record<string, unknown>> {
  const require = (repository: Repository, name: 'metadata' | 'issues'): void =>
    session.require(
      { repository, permission: { name, level: 'read' } },
      { code: 'NODE_NOT_FOUND', values: { id } },
    )
  const [prefix] = id.split('_', 1)
  switch (prefix) {
    case 'R':
      for (const repository of repositoriesOf(session.state)) {
        if (nodeId('R', repository.id) !== id) continue
        require(repository, 'metadata')
        return repositoryNode(repository, session)
      }
      break
    case 'I': {
      const place = findIssue(id, session.state)
      if (place === undefined) break
      require(place.repository, 'issues')
      return issueNode(place, session)
    }
    case 'IC':
      for (const place of issuesOf(session.state)) {
        const comment = place.issue.comments.find((candidate) => nodeId('IC', candidate.id) === id)
        if (comment === undefined) continue
        require(place.repository, 'issues')
        return commentNode(comment, place, session)
      }
      break
    case 'U':
    case 'O':
    case 'BOT':
      for (const account of session.state.accounts.all())
        if (userResource(account, session.urls).node_id === id) return accountNode(account, session)
      break
  }
  throw new GraphQLRefusal('NODE_NOT_FOUND', { id })
}

/** The issue with a global node id. */
export function findIssue(id: string, state: GitHubState): IssuePlace | undefined {
  for (const place of issuesOf(state)) if (nodeId('I', place.issue.id) === id) return place
  return undefined
}

function* repositoriesOf(state: GitHubState): Iterable<Repository> {
  for (const account of state.accounts.all()) yield* state.repositories.of(account)
}

function* issuesOf(state: GitHubState): Iterable<IssuePlace> {
  for (const repository of repositoriesOf(state))
    for (const issue of repository.issues) yield { issue, repository }
}
