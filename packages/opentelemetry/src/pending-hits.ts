import type { HitEvent } from '@hubauth/core'
import type { Attributes, Counter } from '@opentelemetry/api'
import { appOf, known } from './attributes.ts'

interface Pending {
  readonly attributes: Attributes
  count: number
}

/**
 * Counts hits until somebody collects. They happen with every use of a token, and adding to a counter of the SDK takes
 * longer than having the token.
 */
export class PendingHits {
  readonly #pending = {
    memory: new Map<HitEvent['app'], Pending>(),
    shared: new Map<HitEvent['app'], Pending>(),
  }

  add({ app, tier }: HitEvent): void {
    const pending = this.#pending[tier].get(app)
    if (pending === undefined) {
      const attributes = known({ 'hubauth.app': appOf({ app }), 'hubauth.tier': tier })
      this.#pending[tier].set(app, { attributes, count: 1 })
    } else pending.count++
  }

  /** Adds all to the counter, and begins anew. */
  flush(counter: Counter): void {
    for (const tier of Object.values(this.#pending))
      for (const pending of tier.values()) {
        if (pending.count > 0) counter.add(pending.count, pending.attributes)
        pending.count = 0
      }
  }
}
