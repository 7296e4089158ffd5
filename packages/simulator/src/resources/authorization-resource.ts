import { createHash } from 'node:crypto'
import type { Urls } from '../server/urls.ts'
import type { App, UserToken, UserTokenScope } from '../state/entities.ts'
import { userResource } from './account-resource.ts'
import { timestamp } from './timestamp.ts'

type Resource = Readonly<Record<string, unknown>>

/** GitHub's `authorization`: a user access token as the app that it belongs to sees it. */
export function authorizationResource(token: UserToken & { readonly app: App }, urls: Urls): Resource {
  const { id, value, app, user, scope, createdAt, expiresAt } = token
  return {
    id,
    url: `${urls.api}/authorizations/${id}`,
    app: { name: app.name, url: app.homepageUrl ?? `${urls.web}/apps/${app.slug}`, client_id: app.clientId },
    token: value,
    hashed_token: createHash('sha256').update(value).digest('hex'),
    token_last_eight: value.slice(-8),
    note: null,
    note_url: null,
    created_at: timestamp(createdAt),
    updated_at: timestamp(createdAt),
    scopes: [],
    fingerprint: null,
    expires_at: expiresAt === undefined ? null : timestamp(expiresAt),
    user: userResource(user, urls),
    installation: scope === undefined ? null : scopedInstallation(scope, urls),
  }
}

function scopedInstallation({ target, permissions, selection }: UserTokenScope, urls: Urls): Resource {
  return {
    permissions,
    repository_selection: selection === 'all' ? 'all' : 'selected',
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    repositories_url: `${urls.api}/user/repos`,
    account: userResource(target, urls),
  }
}
