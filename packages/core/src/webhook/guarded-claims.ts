import { type Clock, withDeadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { ClaimResult, DeliveryClaim, DeliveryClaims } from './delivery-claims.ts'

/** A store that takes longer must not hold up the answer. */
const TIMEOUT_MS = 1_000

/** Options of {@link guardedClaims}. */
export interface GuardedClaimsOptions {
  readonly clock: Clock
  readonly onFailed: (error: HubauthError) => void
}

/** A claim that nobody keeps: its delivery is handled, and so would its duplicate be. */
const UNKEPT: DeliveryClaim = { complete: async () => undefined, release: async () => undefined }

/** Claims that cannot lose a delivery: a store that fails or hangs is reported, and counts as one that forgot. */
export function guardedClaims(
  claims: DeliveryClaims,
  { clock, onFailed }: GuardedClaimsOptions,
): DeliveryClaims {
  const limit = { clock, timeoutMs: TIMEOUT_MS, what: 'The store of delivery claims' }
  const guard = async <T>(work: () => Promise<T>, instead: T): Promise<T> => {
    try {
      return await withDeadline(limit, async () => work())
    } catch (cause) {
      onFailed(
        new HubauthError(
          'CACHE_FAILED',
          'The store of delivery claims failed, so duplicates are not recognised.',
          { cause },
        ),
      )
      return instead
    }
  }
  return {
    async claim(key, options) {
      const result = await guard<ClaimResult>(() => claims.claim(key, options), UNKEPT)
      if (typeof result === 'string') return result
      return {
        complete: () => guard(() => result.complete(), undefined),
        release: () => guard(() => result.release(), undefined),
      }
    },
  }
}
