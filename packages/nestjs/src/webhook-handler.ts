import type { Delivery, GitHubInstallation } from '@hubauth/core'
import { ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js'
import { ContextIdFactory, type ExternalContextCreator, type ModuleRef } from '@nestjs/core'
import type { DiscoveredMethod } from './discovered-methods.ts'

/** Runs a method for a delivery, with its guards, interceptors, pipes and decorated parameters. */
export type RunHandler = (delivery: Delivery, github: GitHubInstallation) => Promise<unknown>

type ContextId = ReturnType<typeof ContextIdFactory.create>

/** Only decorated parameters get something; Nest's own decorators, such as `@Body()`, mean nothing here. */
const PARAMETERS = { exchangeKeyForValue: () => undefined }
/** Exception filters expect a response to write to. */
const ENHANCERS = { guards: true, interceptors: true, filters: false }

/** Makes Nest run a method outside of a request. A request-scoped provider gets an instance for every delivery. */
export function webhookHandler(
  { host, name }: DiscoveredMethod,
  { contexts, moduleRef }: { readonly contexts: ExternalContextCreator; readonly moduleRef: ModuleRef },
): RunHandler {
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
  if (host.isDependencyTreeStatic() && !host.isTransient) return runOn(host.instance)
  return async (delivery, github) => {
    const contextId = ContextIdFactory.create()
    moduleRef.registerRequestByContextId(delivery, contextId)
    const instance = await moduleRef.resolve(host.token, contextId, { strict: false })
    return runOn(instance, contextId)(delivery, github)
  }
}
