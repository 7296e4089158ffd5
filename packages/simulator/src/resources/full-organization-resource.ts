import type { Urls } from '../server/urls.ts'
import type { Account } from '../state/entities.ts'
import { organizationResource } from './organization-resource.ts'
import { timestamp } from './timestamp.ts'

/** GitHub's `organization-full`, as far as anyone may see it. */
export function fullOrganizationResource(
  organization: Account,
  options: { readonly urls: Urls; readonly publicRepositories: number },
): Readonly<Record<string, unknown>> {
  const { login, name, email, createdAt, updatedAt } = organization
  return {
    ...organizationResource(organization, options.urls),
    name: name ?? login,
    ...(email === null ? {} : { email }),
    html_url: `${options.urls.web}/${login}`,
    type: 'Organization',
    is_verified: false,
    has_organization_projects: true,
    has_repository_projects: true,
    public_repos: options.publicRepositories,
    public_gists: 0,
    followers: 0,
    following: 0,
    created_at: timestamp(createdAt),
    updated_at: timestamp(updatedAt),
    archived_at: null,
  }
}
