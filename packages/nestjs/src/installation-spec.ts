import type { RequestName } from '@hubauth/core'
import type { ExecutionContext } from '@nestjs/common'

/**
 * Which installation a request means:
 *
 * - `'org'` or `{ param: 'org' }`: login of the account, from the route parameter of that name; in GraphQL from the
 *   argument, in microservices and WebSockets from that field of the data.
 * - `{ header: 'x-org' }`: login, from the header. In GraphQL from `req.headers` of the GraphQL context.
 * - a function, also an async one: gives the login, or the id of the installation as a number.
 */
export type InstallationSpec =
  | string
  | { readonly param: string }
  | { readonly header: string }
  | ((context: ExecutionContext) => RequestName | number | Promise<RequestName | number>)

/** The login or the id that a request gives. A number from outside stays what it is not: a login. */
export async function readSpec(
  spec: InstallationSpec,
  context: ExecutionContext,
): Promise<{ readonly login: RequestName } | { readonly id: number }> {
  if (typeof spec === 'function') {
    const named = await spec(context)
    return typeof named === 'number' ? { id: named } : { login: named }
  }
  if (typeof spec === 'string') return { login: parameters(context)?.[spec] }
  return { login: 'header' in spec ? header(context, spec.header) : parameters(context)?.[spec.param] }
}

type Names = Readonly<Record<string, RequestName>> | null | undefined

function parameters(context: ExecutionContext): Names {
  switch (context.getType<string>()) {
    case 'http':
      return context.switchToHttp().getRequest().params
    case 'graphql':
      return context.getArgByIndex(1)
    case 'rpc':
      return context.switchToRpc().getData()
    case 'ws':
      return context.switchToWs().getData()
    default:
      return undefined
  }
}

function header(context: ExecutionContext, name: string): RequestName {
  const isGraphql = context.getType<string>() === 'graphql'
  const request = isGraphql ? context.getArgByIndex(2)?.req : context.getArgByIndex(0)
  return request?.headers?.[name.toLowerCase()]
}
