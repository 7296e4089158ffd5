import type { Delivery } from '@hubauth/core'
import type { PipeTransform, Type } from '@nestjs/common'
import { githubParameter } from './github-parameter.ts'
import { requireDelivery } from './verified-delivery.ts'

/**
 * Injects the verified `Delivery`, or one of its properties such as `payload`: in a route behind `GitHubWebhookGuard`,
 * or in an `@OnGitHubEvent` handler. Elsewhere it throws `WEBHOOK_UNVERIFIED`.
 *
 * @param pipes Get what is injected, as with Nest's own decorators.
 */
export function GitHubEvent(
  property?: keyof Delivery,
  ...pipes: readonly (Type<PipeTransform> | PipeTransform)[]
): ParameterDecorator {
  const read = ({ delivery }: { readonly delivery: Delivery }) =>
    property === undefined ? delivery : delivery[property]
  return githubParameter(
    {
      decorator: '@GitHubEvent()',
      isFromRequest: false,
      read: ({ context }) => read(requireDelivery(context)),
    },
    ...pipes,
  )
}
