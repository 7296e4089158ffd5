import type { Actor } from '../auth/actor.ts'
import { type RepositoryAccess, repositoryAccess } from '../auth/repository-access.ts'
import { Refusal } from '../errors/refusal.ts'
import { repositoryFullName } from '../resources/repository-resource.ts'
import type { Account, Repository } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { includesRole, repositoryRole } from '../state/roles.ts'
import type { GitService } from './git-backend.ts'

/** What makes git ask its user, or its credential helpers, for a token. */
const CHALLENGE = { 'www-authenticate': 'Basic realm="GitHub"' }

interface GitWanted {
  /** Undefined: there is none of that name. */
  readonly repository: Repository | undefined
  readonly service: GitService
}

/**
 * Lets an actor use a service of a repository, or says why not. Anonymous clients are asked for a credential wherever
 * they get nothing, so that they learn nothing. Without `contents: read` a private repository is not found, even by a
 * token that covers it; a token that reads but may not push gets a 403, which leaves the credential in its helper.
 *
 * @see https://github.com/Azure/login/issues/169 and https://github.com/microsoft/TypeChat/pull/361 for installations
 * @see https://github.com/moghtech/komodo/issues/1482 for tokens of users that lack the permission
 * @returns the repository.
 * @throws {Refusal} 401, 403 or 404 with GitHub's text.
 */
export function requireGitAccess(
  state: GitHubState,
  actor: Actor,
  { repository, service }: GitWanted,
): Repository {
  const account = accountOf(actor)
  if (repository === undefined) {
    throw account === undefined ? gitChallenge('GIT_AUTHENTICATION_REQUIRED') : new Refusal('GIT_NOT_FOUND')
  }
  const access = (level: 'read' | 'write'): RepositoryAccess =>
    repositoryAccess(state, actor, { repository, permission: { name: 'contents', level } })
  const read = access('read')
  if (account === undefined) {
    if (read !== 'granted') throw gitChallenge('GIT_AUTHENTICATION_REQUIRED')
    if (service === 'git-receive-pack') throw gitChallenge('GIT_ANONYMOUS_WRITE')
    return repository
  }
  if (read === 'forbidden' && actor.kind === 'user') throw new Refusal('GIT_WRITE_DENIED')
  if (read !== 'granted') throw new Refusal('GIT_NOT_FOUND')
  if (service === 'git-upload-pack' || access('write') === 'granted') return repository
  if (actor.kind === 'user' && includesRole(repositoryRole(account, repository), 'write'))
    throw new Refusal('GIT_WRITE_DENIED')
  throw new Refusal('GIT_PUSH_DENIED', {
    values: { repository: repositoryFullName(repository), login: account.login },
  })
}

/** A refusal that asks for a credential. */
export function gitChallenge(
  code: 'GIT_AUTHENTICATION_REQUIRED' | 'GIT_ANONYMOUS_WRITE' | 'GIT_BAD_CREDENTIALS',
): Refusal {
  return new Refusal(code, { headers: CHALLENGE })
}

/** Who pushes as this actor; undefined for nobody. */
export function accountOf(actor: Actor): Account | undefined {
  if (actor.kind === 'installation') return actor.token.installation.app.bot
  return actor.kind === 'user' ? actor.token.user : undefined
}
