import type { RequestInstallationOptions, RequestName } from '@hubauth/core'
import type { ExecutionContext } from '@nestjs/common'

/**
 * Which installation a request means:
 *
 * - `'org'`: login of the account, from the route parameter of that name; in GraphQL from the argument, in microservices
 *   and WebSockets from that field of the data.
 * - `{ header: 'x-org' }`: login, from the header; in GraphQL from `req.headers` of the GraphQL context.
 * - a function, also an async one: gives the login.
 * - `{ installationId: (context) => 7 }`: the id, where that is known; saves the lookup.
 */
export type InstallationSpec =
  | string
  | { readonly header: string }
  | { readonly installationId: (context: ExecutionContext) => number | Promise<number> }
  | ((context: ExecutionContext) => RequestName | Promise<RequestName>)

/** Where the types of contexts keep names. */
type Names = Readonly<
  Record<string, (context: ExecutionContext) => Readonly<Record<string, RequestName>> | undefined>
>

const PARAMETERS: Names = {
  http: (context) => context.switchToHttp().getRequest().params,
  graphql: (context) => context.getArgByIndex(1),
  rpc: (context) => context.switchToRpc().getData(),
  ws: (context) => context.switchToWs().getData(),
}

/** Not in microservices, whose data could pass for a request with any headers. */
const HEADERS: Names = {
  http: (context) => context.switchToHttp().getRequest().headers,
  graphql: (context) => context.getArgByIndex(2)?.req?.headers,
}

/** How the target of a request is read. */
export function targetOf(
  spec: InstallationSpec,
): Pick<RequestInstallationOptions<ExecutionContext>, 'owner' | 'installationId'> {
  if (typeof spec === 'function') return { owner: spec }
  if (typeof spec === 'string') return { owner: nameIn(PARAMETERS, spec) }
  return 'header' in spec ? { owner: nameIn(HEADERS, spec.header.toLowerCase()) } : spec
}

function nameIn(names: Names, name: string) {
  return (context: ExecutionContext): RequestName => names[context.getType<string>()]?.(context)?.[name]
}
