import { createWebhookReceiver, type Delivery, type WebhookReceiver } from '@hubauth/core'
import { type SignedDeliveryOptions, signedDelivery } from '../../signed-delivery.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { type RawRequest, type RawResponse, sendRequest } from '../http/http-client.ts'
import { heardBy, type ListeningApp } from '../http/listening-app.ts'
import { type OpenServer, withServers } from '../http/with-servers.ts'

/** What an application for the suite is made of. */
export interface VerifiedRouteSetup {
  /** The receiver for `verifyGitHubWebhook`. */
  readonly receiver: Pick<WebhookReceiver, 'verify'>
  /** Whether to leave refusals to the application's error handling: `onError: 'next'`, or `'throw'`. */
  readonly leavesRefusals: boolean
  /** What the route answers, as JSON, given the delivery that it got. */
  answer(delivery: RoutedDelivery | undefined): object
}

/** What the suite looks at of a delivery that reached the route. */
export type RoutedDelivery = Pick<Delivery, 'name' | 'body'>

/**
 * Starts an application on a free port of this machine with a route for every method: `verifyGitHubWebhook`, then
 * `answer`. The path of the route is part of its `url`.
 */
export type VerifiedRouteMount = (setup: VerifiedRouteSetup) => Promise<ListeningApp>

/** How the application of a case differs from the default. */
interface RouteSetup extends Partial<Pick<VerifiedRouteSetup, 'leavesRefusals'>> {
  /** Verifies in place of the receiver. */
  readonly verify?: WebhookReceiver['verify']
  /** What the route does once it has its delivery. Default nothing. */
  readonly route?: () => void
}

/** What a case works with. */
export interface RouteTools {
  readonly url: string
  /** The deliveries that reached the route, in that order. */
  readonly passed: readonly (RoutedDelivery | undefined)[]
  /** The deliveries that reached a handler of the receiver. */
  readonly handled: readonly Delivery[]
  send(request: RawRequest): Promise<RawResponse>
  /** Sends a delivery that is signed with the secret. */
  deliver(options?: Partial<SignedDeliveryOptions>): Promise<RawResponse>
  /** What reached the application's error handling. */
  heard(): readonly unknown[]
}

/** Starts the application of a case. */
export type StartRoute = (setup?: RouteSetup) => Promise<RouteTools>

/** The secret of the receiver. */
export const SECRET = 'the secret'

/** The largest body that the receiver takes, in bytes. */
const MAX_BYTES = 100_000

/** A rule about `verifyGitHubWebhook`. */
export function routeCase(
  name: string,
  rule: (start: StartRoute) => Promise<void>,
): ConformanceCase<VerifiedRouteMount> {
  return { name, run: (mount) => withServers((open) => rule(starting(mount, open))) }
}

function starting(mount: VerifiedRouteMount, open: OpenServer): StartRoute {
  return async ({ verify, route, leavesRefusals = false } = {}) => {
    const passed: (RoutedDelivery | undefined)[] = []
    const handled: Delivery[] = []
    const receiver = createWebhookReceiver({ secrets: SECRET, maxBytes: MAX_BYTES })
    receiver.on('issues', (delivery) => void handled.push(delivery))
    const app = await open(() =>
      mount({
        receiver: verify === undefined ? receiver : { verify },
        leavesRefusals,
        answer(delivery) {
          passed.push(delivery)
          route?.()
          return { name: delivery?.name }
        },
      }),
    )
    const send = (request: RawRequest) => sendRequest(app.url, request)
    return {
      url: app.url,
      passed,
      handled,
      send,
      deliver: (options) => send(signedDelivery({ secret: SECRET, ...options })),
      heard: () => heardBy(app),
    }
  }
}
