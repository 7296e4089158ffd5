import { StoreGuard, type StoreGuardOptions } from '../cache/store-guard.ts'
import type { DeliveryClaim, DeliveryClaims } from './delivery-claims.ts'

/** A claim that nobody keeps: its delivery is handled, and so would its duplicate be. */
const UNKEPT: DeliveryClaim = { complete: async () => undefined, release: async () => undefined }

/** Claims that cannot lose a delivery: a store that fails or hangs is reported, and counts as one that forgot. */
export function guardedClaims(
  claims: DeliveryClaims,
  options: Pick<StoreGuardOptions, 'clock' | 'report' | 'observe'>,
): DeliveryClaims {
  const guard = new StoreGuard({
    ...options,
    store: 'claims',
    failed: 'The store of delivery claims failed, so duplicates are not recognised.',
    remedy: 'Check the store; meanwhile every delivery is handled.',
  })
  return {
    async claim(key, times) {
      const result = await guard.run(async (signal) => claims.claim(key, { ...times, signal }))
      if (result === 'failed') return UNKEPT
      if (typeof result === 'string') return result
      return {
        complete: async () => void (await guard.run(() => result.complete(), { isUrgent: true })),
        release: async () => void (await guard.run(() => result.release(), { isUrgent: true })),
      }
    },
  }
}
