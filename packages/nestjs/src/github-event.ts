import type { Delivery } from '@hubauth/core'
import { githubParameter } from './github-parameter.ts'
import { requireDelivery } from './verified-delivery.ts'

/**
 * Injects the verified `Delivery`, or one of its properties such as `payload`: in a route behind `GitHubWebhookGuard`,
 * or in an `@OnGitHubEvent` handler. Elsewhere it throws `WEBHOOK_UNVERIFIED`.
 */
export function GitHubEvent(property?: keyof Delivery): ParameterDecorator {
  return githubParameter({
    read({ context }) {
      const { delivery } = requireDelivery(context)
      return property === undefined ? delivery : delivery[property]
    },
  })
}
