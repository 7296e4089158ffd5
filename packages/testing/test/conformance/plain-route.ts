import type { ServerResponse } from 'node:http'
import {
  type Delivery,
  errorResponse,
  HubauthError,
  type WebhookReceiver,
  type WebhookResponse,
} from '@hubauth/core'
import type { RoutedDelivery } from '../../src/conformance/verified-route/route-case.ts'
import { listen, type VerifiedRouteMount } from '../../src/index.ts'
import { answerUpload, plainRead, plainRequest, plainWrite, type Read } from './plain-server.ts'

/** What an application does otherwise than it should. */
export interface RouteFlaws {
  readonly read?: Read
  /** `verify` of the receiver. */
  readonly verify?: (receiver: WebhookReceiver) => WebhookReceiver['verify']
  /** What the route gets of a delivery. */
  readonly hand?: (delivery: Delivery) => RoutedDelivery
  /** What becomes of an error of `verify`. */
  readonly become?: (error: unknown, leavesRefusals: boolean) => 'answered' | 'left' | 'passed'
  /** Whether an error of the route is taken for one of `verify`. */
  readonly catchesRoute?: boolean
  /** What the application answers to an error that is left to it. */
  readonly leftAnswer?: (error: unknown) => WebhookResponse
  readonly write?: (response: ServerResponse, answer: WebhookResponse) => void
}

/** An application on `node:http`, right unless it is given flaws. */
export function routeApp({
  read = plainRead,
  write = plainWrite,
  ...flaws
}: RouteFlaws = {}): VerifiedRouteMount {
  const { verify, become = rightly, leftAnswer = errorResponse } = flaws
  return async ({ receiver, leavesRefusals, answer }) => {
    const errors: unknown[] = []
    // The suite passes all of a receiver, or only what this takes.
    const verifying = verify?.(receiver as WebhookReceiver) ?? receiver.verify
    const leave = (error: unknown) => {
      errors.push(error)
      return leftAnswer(error)
    }
    const pass = (delivery?: RoutedDelivery): WebhookResponse => {
      try {
        return { status: 200, headers: {}, body: JSON.stringify(answer(delivery)) }
      } catch (error) {
        return flaws.catchesRoute ? errorResponse(error) : leave(error)
      }
    }
    const refuse = (error: unknown) => {
      const fate = become(error, leavesRefusals)
      if (fate === 'passed') return pass()
      return fate === 'left' ? leave(error) : errorResponse(error)
    }
    const server = await listen(async (request, response) => {
      const done = await verifying(plainRequest(request, read)).then(
        (delivery) => pass(flaws.hand?.(delivery) ?? delivery),
        refuse,
      )
      if (!response.destroyed) answerUpload(request, response, () => write(response, done))
    })
    return { ...server, errors }
  }
}

function rightly(error: unknown, leavesRefusals: boolean): 'answered' | 'left' {
  return HubauthError.isInstance(error) && !leavesRefusals ? 'answered' : 'left'
}
