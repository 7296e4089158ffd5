import { Refusal } from '../errors/refusal.ts'
import { installationsOfUser, userTokenPermissions } from '../state/access.ts'
import type { Account, App, Installation, UserToken, UserTokenScope } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { invalidRequest } from './invalid-request.ts'
import { tokenScope } from './token-scope.ts'

type Body = Readonly<Record<string, unknown>>

interface ScopeParent {
  readonly state: GitHubState
  readonly token: UserToken & { readonly app: App }
}

/**
 * What a user access token is to be narrowed to: one account, and optionally some of its repositories and some of the
 * app's permissions there.
 *
 * @throws {Refusal} 422 for a body that does not hold, 404 for an account that app or user do not reach.
 */
export function scopedTokenRequest(body: Body, { state, token }: ScopeParent): UserTokenScope {
  const { app, user } = token
  if (token.scope !== undefined) throw invalidRequest('The access token is scoped already.')
  const target = targetIn(body, state)
  const installation = state.installations.findFor(app, target)
  if (installation === undefined || !mayKnow(state, installation, user)) throw new Refusal('NOT_FOUND')
  if (installation.suspended !== undefined) throw new Refusal('INSTALLATION_SUSPENDED')
  const { permissions, repositories } = tokenScope(body, { state, installation })
  for (const repository of repositories ?? []) {
    if (userTokenPermissions(state, token, repository) === undefined)
      throw new Refusal('REPOSITORY_NOT_IN_INSTALLATION')
  }
  const selection = repositories === undefined ? 'all' : new Set(repositories.map(({ id }) => id))
  return Object.freeze({ target, permissions, selection })
}

function targetIn({ target, target_id: id }: Body, { accounts }: GitHubState): Account {
  if (target === undefined && id === undefined)
    throw invalidRequest('Either "target" or "target_id" must be supplied.')
  if (target !== undefined && typeof target !== 'string') throw invalidRequest('"target" is not a string.')
  if (id !== undefined && !Number.isSafeInteger(id)) throw invalidRequest('"target_id" is not an integer.')
  const account = target === undefined ? accounts.findById(Number(id)) : accounts.find(target)
  if (account === undefined || (id !== undefined && account.id !== id)) throw new Refusal('NOT_FOUND')
  return account
}

function mayKnow(state: GitHubState, installation: Installation, user: Account): boolean {
  return installationsOfUser(state, installation.app, user).includes(installation)
}
