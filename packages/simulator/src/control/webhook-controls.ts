import type { SimulatedDelivery, Simulator } from '../simulator.ts'
import type { GitHubState } from '../state/github-state.ts'
import { appOf } from '../state/seed.ts'
import type { Delivery } from '../webhooks/delivery-log.ts'
import { DELIVERY } from '../webhooks/delivery-schema.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'

type WebhookMethods = Pick<
  Simulator,
  'deliver' | 'redeliver' | 'ping' | 'failDeliveries' | 'removeDeliveryFault' | 'settled'
>

/** What is seen and done from outside about webhooks. */
export function webhookControls(
  state: GitHubState,
  webhooks: Webhooks,
): { list(): SimulatedDelivery[]; methods: WebhookMethods } {
  return {
    list: () => webhooks.all().map(simulatedDelivery),
    methods: {
      async deliver(delivery) {
        const checked = DELIVERY.check(delivery, 'deliver')
        return webhooks.deliver(appOf(state, checked.app), checked)
      },
      async redeliver(id) {
        const delivery = webhooks.all().find((candidate) => candidate.id === id)
        if (delivery === undefined) throw new TypeError(`There is no delivery ${id}`)
        const attempt = await webhooks.redeliver(delivery)
        if (attempt === undefined)
          throw new TypeError(
            `Delivery ${id} cannot be sent: its app has no webhook, or the simulator is closed`,
          )
        return simulatedDelivery(attempt)
      },
      ping({ app: slug } = {}) {
        const app = appOf(state, slug)
        if (app.hook.url === undefined) throw new TypeError(`ping({ app }): "${app.slug}" has no webhook`)
        state.events.emit({ name: 'ping', app, sender: app.owner })
      },
      failDeliveries: (fault) => webhooks.faults.add(fault),
      removeDeliveryFault: (id) => webhooks.faults.remove(id),
      settled: () => webhooks.settled(),
    },
  }
}

function simulatedDelivery(delivery: Delivery): SimulatedDelivery {
  const { id, message, outcome, redelivery, durationMs, deliveredAt, url } = delivery
  return Object.freeze({
    id,
    app: message.app.slug,
    guid: message.guid,
    event: message.event,
    action: message.action,
    status: outcome.status,
    statusCode: outcome.statusCode,
    redelivery,
    deliveredAt,
    durationMs,
    url,
  })
}
