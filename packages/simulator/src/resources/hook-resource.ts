import type { Urls } from '../server/urls.ts'
import type { App, Hook } from '../state/entities.ts'
import { timestamp } from './timestamp.ts'

type Resource = Readonly<Record<string, unknown>>

/** GitHub's `webhook-config`. The secret is shown as eight asterisks, and left out when there is none. */
export function hookConfigResource({ contentType, insecureSsl, secret, url }: Hook): Resource {
  return {
    content_type: contentType,
    insecure_ssl: insecureSsl ? '1' : '0',
    ...(secret === '' ? {} : { secret: '********' }),
    url,
  }
}

/** The hook of an app, as a `ping` describes it. */
export function hookResource(app: App, { api }: Urls): Resource {
  const { hook } = app
  return {
    type: 'App',
    id: hook.id,
    name: 'web',
    active: hook.active,
    events: app.events,
    config: hookConfigResource(hook),
    updated_at: timestamp(app.createdAt),
    created_at: timestamp(app.createdAt),
    app_id: app.id,
    deliveries_url: `${api}/app/hook/deliveries`,
  }
}
