import { Refusal } from '../errors/refusal.ts'
import { deliveryItemResource, deliveryResource } from '../resources/delivery-resource.ts'
import { perPageIn } from '../server/pagination.ts'
import { ok } from '../server/reply.ts'
import type { Route, RouteContext } from '../server/route.ts'
import type { App } from '../state/entities.ts'
import { parseId } from '../state/ids.ts'
import { warn } from '../warn.ts'
import type { Delivery } from '../webhooks/delivery-log.ts'
import { hookOf } from './hook-routes.ts'
import { invalidRequest, quoted } from './invalid-request.ts'
import { appRoute } from './route-kinds.ts'

// By the range of `status_code`, as the OpenAPI description has it.
const OUTCOMES: Readonly<Record<string, { readonly from: number; readonly to: number }>> = {
  success: { from: 200, to: 399 },
  failure: { from: 400, to: 599 },
}

/** What was sent to an app's hook, and sending it again. */
export const DELIVERY_ROUTES: readonly Route[] = [
  appRoute({
    method: 'GET',
    path: '/app/hook/deliveries',
    docs: 'rest/apps/webhooks#list-deliveries-for-an-app-webhook',
    handle: (context, app) => {
      hookOf(app)
      const wanted = filtered(context.webhooks.of(app), context.query.get('status'))
      const rest = startingAt(wanted, context.query.get('cursor'))
      const perPage = perPageIn(context.query)
      const headers = nextLink(rest[perPage], context)
      return ok(rest.slice(0, perPage).map(deliveryItemResource), headers)
    },
  }),
  appRoute({
    method: 'GET',
    path: '/app/hook/deliveries/:delivery_id',
    docs: 'rest/apps/webhooks#get-a-delivery-for-an-app-webhook',
    handle: (context, app) => ok(deliveryResource(deliveryOf(context, app))),
  }),
  appRoute({
    method: 'POST',
    path: '/app/hook/deliveries/:delivery_id/attempts',
    docs: 'rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook',
    handle: (context, app) => {
      const delivery = deliveryOf(context, app)
      context.webhooks.redeliver(delivery).catch(warn)
      return { status: 202, body: {} }
    },
  }),
]

/** @throws {Refusal} 404 when the app has no such delivery, 422 for what is no id. */
function deliveryOf({ webhooks, param }: RouteContext, app: App): Delivery {
  hookOf(app)
  const text = param('delivery_id')
  const wanted = parseId(text)
  if (wanted === undefined) throw invalidRequest(`For 'delivery_id', ${quoted(text)} is not an integer.`)
  const delivery = webhooks.of(app).find(({ id }) => id === wanted)
  if (delivery === undefined) throw new Refusal('NOT_FOUND')
  return delivery
}

function filtered(deliveries: readonly Delivery[], status: string | null): readonly Delivery[] {
  if (status === null) return deliveries
  const range = Object.hasOwn(OUTCOMES, status) ? OUTCOMES[status] : undefined
  if (range === undefined)
    throw invalidRequest(`For 'status', ${quoted(status)} is not a member of ["success", "failure"].`)
  return deliveries.filter(
    ({ outcome }) => outcome.statusCode >= range.from && outcome.statusCode <= range.to,
  )
}

// A cursor names the delivery that a page starts with. It may be forgotten by then, and newer ones may have come.
function startingAt(newestFirst: readonly Delivery[], cursor: string | null): readonly Delivery[] {
  if (cursor === null || cursor === '') return newestFirst
  const first = /^v1_(\d{1,15})$/.exec(cursor)?.[1]
  if (first === undefined) throw invalidRequest(`For 'cursor', ${quoted(cursor)} is not a cursor.`)
  return newestFirst.filter(({ id }) => id <= Number(first))
}

function nextLink(next: Delivery | undefined, { query, urls, path }: RouteContext): Record<string, string> {
  if (next === undefined) return {}
  const search = new URLSearchParams(query)
  search.set('cursor', `v1_${next.id}`)
  return { link: `<${urls.api}${path}?${search}>; rel="next"` }
}
