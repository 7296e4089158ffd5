import type { Urls } from '../server/urls.ts'
import type { Account, Installation } from '../state/entities.ts'
import { accountResource, userResource } from './account-resource.ts'
import { timestamp } from './timestamp.ts'

/** GitHub's `installation`. */
export function installationResource(
  installation: Installation,
  urls: Urls,
): Readonly<Record<string, unknown>> {
  const { id, app, account, suspended } = installation
  return {
    id,
    client_id: app.clientId,
    account: accountResource(account, urls),
    repository_selection: installation.selection === 'all' ? 'all' : 'selected',
    access_tokens_url: `${urls.api}/app/installations/${id}/access_tokens`,
    repositories_url: `${urls.api}/installation/repositories`,
    html_url: settingsUrl(account, id, urls),
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: installation.permissions,
    events: installation.events,
    created_at: timestamp(installation.createdAt),
    updated_at: timestamp(installation.updatedAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: suspended === undefined ? null : userResource(suspended.by, urls),
    suspended_at: suspended === undefined ? null : timestamp(suspended.at),
  }
}

function settingsUrl(account: Account, id: number, { web }: Urls): string {
  switch (account.type) {
    case 'Organization':
      return `${web}/organizations/${account.login}/settings/installations/${id}`
    case 'Enterprise':
      return `${web}/enterprises/${account.login}/settings/installations/${id}`
    default:
      return `${web}/settings/installations/${id}`
  }
}
