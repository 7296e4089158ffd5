import type { Urls } from '../server/urls.ts'
import type { App } from '../state/entities.ts'
import { nodeId } from '../state/ids.ts'
import { accountResource } from './account-resource.ts'
import { timestamp } from './timestamp.ts'

/** GitHub's `integration`: what everybody may know about an app. */
export function appResource(app: App, urls: Urls): Readonly<Record<string, unknown>> {
  return {
    id: app.id,
    client_id: app.clientId,
    slug: app.slug,
    node_id: nodeId('A', app.id),
    owner: accountResource(app.owner, urls),
    name: app.name,
    description: app.description,
    external_url: app.homepageUrl ?? `${urls.web}/${app.owner.login}`,
    html_url: `${urls.web}/apps/${app.slug}`,
    created_at: timestamp(app.createdAt),
    updated_at: timestamp(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  }
}
