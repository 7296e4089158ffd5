import { type DiscoveryService, MetadataScanner } from '@nestjs/core'

/** A provider or a controller as Nest keeps it. */
type Host = ReturnType<DiscoveryService['getProviders']>[number]

/** A method of a provider or a controller. */
export interface DiscoveredMethod {
  readonly host: Host
  readonly prototype: object
  readonly name: string
  /** Such as `Issues.onOpened`; for errors. */
  readonly label: string
  /** Whether Nest can run it with its guards, interceptors and pipes. */
  readonly canRun: boolean
}

/** All methods of all providers and controllers. */
export function discoverMethods(discovery: DiscoveryService): readonly DiscoveredMethod[] {
  const scanner = new MetadataScanner()
  const methodsOf = (host: Host, isOfController: boolean) => {
    const prototype = prototypeOf(host)
    if (typeof prototype?.constructor !== 'function') return []
    return scanner.getAllMethodNames(prototype).map((name): DiscoveredMethod => {
      const label = `${prototype.constructor.name}.${name}`
      // Nest collects the guards and pipes of the classes that it was given as providers.
      return { host, prototype, name, label, canRun: !isOfController && !host.isNotMetatype }
    })
  }
  return [
    ...discovery.getControllers().flatMap((host) => methodsOf(host, true)),
    ...withoutRepeats(discovery.getProviders()).flatMap((host) => methodsOf(host, false)),
  ]
}

/** Without the other tokens of what is there as a class: aliases, and factories that hand it on. */
function withoutRepeats(hosts: readonly Host[]): readonly Host[] {
  const ofClasses = new Set(hosts.filter((host) => !host.isNotMetatype).map((host) => host.instance))
  return hosts.filter((host) => !(host.isNotMetatype && ofClasses.has(host.instance)))
}

function prototypeOf({ instance, metatype, isNotMetatype }: Host): object | undefined {
  if (typeof instance === 'object' && instance !== null) return Object.getPrototypeOf(instance) ?? undefined
  // Request-scoped: there is no instance yet.
  return isNotMetatype ? undefined : metatype?.prototype
}
