import { type Delivery, HubauthError } from '@hubauth/core'
import type { ExecutionContext } from '@nestjs/common'

/** A delivery, and the app whose secret it was verified with. */
export interface VerifiedDelivery {
  readonly delivery: Delivery
  readonly app: string
}

const verified = new WeakMap<object, VerifiedDelivery>()

/** Remembers that what a context is about, a request or the delivery itself, was verified. */
export function rememberDelivery(subject: object, delivery: VerifiedDelivery): void {
  verified.set(subject, delivery)
}

/** The delivery that the guard verified, or that a handler was called with. */
export function verifiedDelivery(context: ExecutionContext): VerifiedDelivery | undefined {
  return verified.get(context.getArgByIndex(0))
}

/**
 * The same, where there must be one.
 *
 * @param app The app that it must be for. Default any.
 * @throws {HubauthError} `WEBHOOK_UNVERIFIED`
 */
export function requireDelivery(context: ExecutionContext, app?: string): VerifiedDelivery {
  const found = verifiedDelivery(context)
  if (found !== undefined && (app ?? found.app) === found.app) return found
  throw new HubauthError('WEBHOOK_UNVERIFIED', 'There is no delivery here that was verified for this app.', {
    remedy: 'Put GitHubWebhookGuard on the route, or tell @GitHubAuth() which installation is meant.',
  })
}
