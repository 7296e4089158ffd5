import type { Urls } from '../server/urls.ts'
import { noreplyEmail } from '../state/accounts.ts'
import type { Account } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { publicUserResource } from './account-resource.ts'

/** GitHub's `private-user`, which is what users see of themselves. */
export function privateUserResource(
  { repositories }: GitHubState,
  user: Account,
  urls: Urls,
): Readonly<Record<string, unknown>> {
  const owned = repositories.of(user)
  const ownedPrivate = owned.filter((repository) => repository.private).length
  return {
    ...publicUserResource(user, { urls, publicRepositories: owned.length - ownedPrivate }),
    user_view_type: 'private',
    private_gists: 0,
    total_private_repos: ownedPrivate,
    owned_private_repos: ownedPrivate,
    disk_usage: 0,
    collaborators: 0,
    two_factor_authentication: true,
  }
}

/** GitHub's `email` for every address a user has, the primary one first. */
export function emailResources({ id, login, email }: Account): readonly Readonly<Record<string, unknown>>[] {
  const noreply = noreplyEmail({ id, login })
  if (email === null) return [{ email: noreply, primary: true, verified: true, visibility: null }]
  return [
    { email, primary: true, verified: true, visibility: 'public' },
    { email: noreply, primary: false, verified: true, visibility: null },
  ]
}
