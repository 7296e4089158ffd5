import { type DiscoveryService, MetadataScanner } from '@nestjs/core'

/** A provider or a controller as Nest keeps it. */
type Host = ReturnType<DiscoveryService['getProviders']>[number]

/** A method of a provider or a controller. */
export interface DiscoveredMethod {
  readonly host: Host
  readonly prototype: object
  readonly name: string
  /** Whether Nest can run it with its guards, interceptors and pipes. */
  readonly canRun: boolean
}

/** All methods of all providers and controllers. */
export function discoverMethods(discovery: DiscoveryService): readonly DiscoveredMethod[] {
  const providers = discovery.getProviders()
  const classes = new Set(providers.filter((host) => !host.isNotMetatype).map((host) => host.instance))
  // Without the other tokens of what is there as a class: aliases, and factories that hand it on.
  const hosts = providers.filter((host) => !(host.isNotMetatype && classes.has(host.instance)))
  // Nest collects the guards and pipes of the classes that it was given as providers.
  return [
    ...discovery.getControllers().flatMap((host) => methodsOf(host, false)),
    ...hosts.flatMap((host) => methodsOf(host, !host.isNotMetatype)),
  ]
}

function methodsOf(host: Host, canRun: boolean): readonly DiscoveredMethod[] {
  const { instance, metatype } = host
  const isObject = typeof instance === 'object' && instance !== null
  // What is request-scoped may have no instance yet.
  const prototype = isObject ? Object.getPrototypeOf(instance) : metatype?.prototype
  if (typeof prototype?.constructor !== 'function') return []
  const names = new MetadataScanner().getAllMethodNames(prototype)
  return names.map((name) => ({ host, prototype, name, canRun }))
}
