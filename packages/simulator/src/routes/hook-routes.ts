import { Refusal } from '../errors/refusal.ts'
import { hookConfigResource } from '../resources/hook-resource.ts'
import { ok } from '../server/reply.ts'
import type { Route } from '../server/route.ts'
import type { App, Hook } from '../state/entities.ts'
import { isWebUrl } from '../state/web-url.ts'
import { invalidProperty, quoted } from './invalid-request.ts'
import { appRoute } from './route-kinds.ts'

type Body = Readonly<Record<string, unknown>>

/** How an app's webhooks are sent. */
export const HOOK_ROUTES: readonly Route[] = [
  appRoute({
    method: 'GET',
    path: '/app/hook/config',
    docs: 'rest/apps/webhooks#get-a-webhook-configuration-for-an-app',
    handle: (_context, app) => ok(hookConfigResource(hookOf(app))),
  }),
  appRoute({
    method: 'PATCH',
    path: '/app/hook/config',
    docs: 'rest/apps/webhooks#update-a-webhook-configuration-for-an-app',
    handle: ({ body }, app) => {
      const hook = hookOf(app)
      // All is checked before anything changes.
      Object.assign(hook, changesIn(body))
      return ok(hookConfigResource(hook))
    },
  }),
]

/**
 * The hook of an app.
 *
 * @throws {Refusal} 404 when the app has none.
 */
export function hookOf({ hook }: App): Hook {
  if (hook.url === undefined) throw new Refusal('NOT_FOUND')
  return hook
}

function changesIn(body: Body): Partial<Pick<Hook, 'url' | 'contentType' | 'secret' | 'insecureSsl'>> {
  const { url, content_type: contentType, secret, insecure_ssl: insecureSsl } = body
  return {
    ...(url === undefined ? {} : { url: urlIn(url) }),
    ...(contentType === undefined ? {} : { contentType: contentTypeIn(contentType) }),
    ...(secret === undefined ? {} : { secret: secretIn(secret) }),
    ...(insecureSsl === undefined ? {} : { insecureSsl: insecureSslIn(insecureSsl) }),
  }
}

function urlIn(value: unknown): string {
  if (typeof value !== 'string') throw invalidProperty('url', `${quoted(value)} is not a string`)
  if (!isWebUrl(value)) throw invalidProperty('url', `${quoted(value)} is not a valid URL`)
  return value
}

function contentTypeIn(value: unknown): Hook['contentType'] {
  if (value === 'json' || value === 'form') return value
  throw invalidProperty('content_type', `${quoted(value)} is not a member of ["json", "form"]`)
}

// What was sent may be a secret, so it is not repeated.
function secretIn(value: unknown): string {
  if (value === null) return ''
  if (typeof value !== 'string') throw invalidProperty('secret', 'the value is not a string')
  return value
}

function insecureSslIn(value: unknown): boolean {
  if (value === '0' || value === 0) return false
  if (value === '1' || value === 1) return true
  throw invalidProperty('insecure_ssl', `${quoted(value)} is not a member of ["0", "1"]`)
}
