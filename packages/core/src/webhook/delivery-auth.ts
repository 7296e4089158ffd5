import type { Delivery } from './delivery.ts'

/** What handlers act with. The result of `createGitHubAuth` is one, and makes the installation. */
export interface DeliveryAuth<Github> {
  /** Makes the second argument of every handler. */
  forDelivery(delivery: Delivery): Github
  /**
   * Drops what the delivery makes stale, such as the tokens of an installation that changed. The handlers wait for it. It
   * should never reject: the delivery then counts as failed.
   */
  applyDelivery?(delivery: Delivery): Promise<void>
  /** Whether `applyDelivery` would do anything; it is not called when not. Default: for whatever has a handler. */
  heeds?(delivery: Delivery): boolean
}

/** Lets `auth` heed a delivery; undefined when there is nothing to wait for. */
export function applyDelivery(
  auth: DeliveryAuth<unknown> | undefined,
  delivery: Delivery,
): Promise<void> | undefined {
  if (auth?.applyDelivery === undefined || auth.heeds?.(delivery) === false) return undefined
  return auth.applyDelivery(delivery)
}
