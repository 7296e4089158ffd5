import type { Urls } from '../server/urls.ts'
import type { Account } from '../state/entities.ts'
import { nodeId } from '../state/ids.ts'

/** GitHub's `organization-simple`, which webhooks carry when the owner of a repository is an organization. */
export function organizationResource(
  { id, login, name }: Account,
  { api, web }: Urls,
): Readonly<Record<string, unknown>> {
  const url = `${api}/orgs/${encodeURIComponent(login)}`
  return {
    login,
    id,
    node_id: nodeId('O', id),
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${web}/avatars/u/${id}?v=4`,
    description: name,
  }
}
