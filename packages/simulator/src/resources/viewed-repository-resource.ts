import type { Urls } from '../server/urls.ts'
import type { Account, Repository } from '../state/entities.ts'
import { includesRole, repositoryRole } from '../state/roles.ts'
import { repositoryResource } from './repository-resource.ts'

/** GitHub's `repository` with what a user may do in it. */
export function viewedRepositoryResource(
  repository: Repository,
  user: Account,
  urls: Urls,
): Readonly<Record<string, unknown>> {
  const role = repositoryRole(user, repository)
  const admin = includesRole(role, 'admin')
  const push = includesRole(role, 'write')
  return {
    ...repositoryResource(repository, urls),
    permissions: { admin, maintain: admin, push, triage: push, pull: true },
  }
}
