/** What {@link DeliveryClaims.claim} says of a delivery: yours to handle, being handled, or handled before. */
export type ClaimResult = DeliveryClaim | 'running' | 'handled'

/** A claimed delivery. Exactly one of the two methods is called, once. */
export interface DeliveryClaim {
  /** The handlers succeeded: whoever claims the key again gets `handled`, until the claim's time has passed. */
  complete(): Promise<void>
  /** A handler failed: the key is free again, so that a redelivery is handled. */
  release(): Promise<void>
}

/**
 * Remembers which deliveries were handled, so that a duplicate is not handled twice.
 *
 * `claim` is atomic: of many concurrent claims of one key exactly one gets the claim. A rejection never loses a
 * delivery: it is reported, and the delivery is handled. Prove yours with `describeDeliveryClaims` of
 * `@hubauth/testing`.
 */
export interface DeliveryClaims {
  /**
   * Claims `key`.
   *
   * @param ttlMs How long a handled delivery is remembered, in milliseconds. A claim that is neither completed
   * nor released (the process died) is free again after `runningTtlMs`.
   * @param signal Aborts when nobody waits any more: a claim that is given after that should be released.
   */
  claim(
    key: string,
    options: { readonly ttlMs: number; readonly runningTtlMs: number; readonly signal?: AbortSignal },
  ): Promise<ClaimResult>
}
