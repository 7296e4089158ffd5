import { type ConformanceCase, type ConformanceOptions, describeCases } from './conformance-case.ts'
import { deliveryCases, routeParserCases, type VerifiedRouteParser } from './verified-route/delivery-cases.ts'
import { refusalCases } from './verified-route/refusal-cases.ts'
import type { VerifiedRouteMount } from './verified-route/route-case.ts'

/** Options of {@link describeVerifiedRoute}. */
export interface DescribeVerifiedRouteOptions extends ConformanceOptions {
  /** Applications in which a body parser runs first, each a test of its own. Default none. */
  readonly parsers?: readonly VerifiedRouteParser[] | undefined
}

/**
 * What `verifyGitHubWebhook(receiver, options)` must do in every framework, over real HTTP, registered with vitest. The
 * suite makes the receivers itself; `mount` puts one in front of a route.
 *
 * @throws {TypeError} For a skip that names no test of the suite.
 */
export function describeVerifiedRoute(
  name: string,
  mount: VerifiedRouteMount,
  { parsers = [], ...options }: DescribeVerifiedRouteOptions = {},
): void {
  const cases = [...verifiedRouteCases, ...routeParserCases(parsers)]
  describeCases(`${name}: verifyGitHubWebhook`, { cases, subject: mount, ...options })
}

/** The rules themselves. @internal */
export const verifiedRouteCases: readonly ConformanceCase<VerifiedRouteMount>[] = [
  ...deliveryCases,
  ...refusalCases,
]
