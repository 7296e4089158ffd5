/** Gives a lease back. Safe to call twice, and after the lease has run out: it never frees another holder's. */
export type ReleaseLease = () => Promise<void>

/**
 * Lets one of many processes do a piece of work while the others wait for its result.
 *
 * A lease saves work, it does not guard correctness: it runs out on its own, so two holders are possible after
 * a pause. Prove yours with `describeLease` of `@hubauth/testing`.
 */
export interface Lease {
  /**
   * Takes the lease on `key` for `ttlMs` milliseconds.
   *
   * @returns A function that gives it back, or undefined when somebody else holds it. Does not wait for them.
   */
  acquire(
    key: string,
    ttlMs: number,
    options?: { readonly signal?: AbortSignal },
  ): Promise<ReleaseLease | undefined>
}
