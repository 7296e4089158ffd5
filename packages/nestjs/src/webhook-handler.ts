import type { Delivery, GitHubInstallation, WebhookHandler, WebhookPayload } from '@hubauth/core'
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js'
import { ContextIdFactory, type ExternalContextCreator, ModuleRef } from '@nestjs/core'
import type { DiscoveredMethod } from './discovered-methods.ts'
import { rememberDelivery } from './verified-delivery.ts'

type Handler = WebhookHandler<WebhookPayload, GitHubInstallation>

type ContextId = ReturnType<typeof ContextIdFactory.create>

/** Only decorated parameters get something; Nest's own decorators, such as `@Body()`, mean nothing here. */
const PARAMETERS = { exchangeKeyForValue: () => undefined }
/** Exception filters expect a response to write to. */
const ENHANCERS = { guards: true, interceptors: true, filters: false }

/**
 * Makes a method of a provider the handler of an app's deliveries. It runs once for each, also where several of its
 * events match, such as `issues` and `issues.opened`.
 */
export function webhookHandler(
  method: DiscoveredMethod,
  { app, contexts }: { readonly app: string; readonly contexts: ExternalContextCreator },
): Handler {
  const run = runInNest(method, contexts)
  const taken = new WeakSet<Delivery>()
  return (delivery, github) => {
    if (taken.has(delivery)) return undefined
    taken.add(delivery)
    rememberDelivery(delivery, { delivery, app })
    return run(delivery, github)
  }
}

/** With guards, interceptors, pipes and decorated parameters. A request-scoped provider is made for every delivery. */
function runInNest({ host, name }: DiscoveredMethod, contexts: ExternalContextCreator): Handler {
  const runOn = (instance: object, contextId?: ContextId) =>
    contexts.create(
      instance,
      Reflect.get(instance, name),
      name,
      ROUTE_ARGS_METADATA,
      PARAMETERS,
      contextId,
      contextId && host.id,
      ENHANCERS,
      'github',
    )
  const { host: module } = host
  if (module === undefined || (host.isDependencyTreeStatic() && !host.isTransient))
    return runOn(host.instance)
  // That of its own module: another module may have something else under the same token.
  const moduleRef = module.getProviderByKey<ModuleRef>(ModuleRef).instance
  return async (delivery, github) => {
    const contextId = ContextIdFactory.create()
    moduleRef.registerRequestByContextId(delivery, contextId)
    const instance = await moduleRef.resolve(host.token, contextId)
    return runOn(instance, contextId)(delivery, github)
  }
}
