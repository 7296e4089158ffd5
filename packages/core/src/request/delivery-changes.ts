import { toBase64url } from '../cache/base64url.ts'
import { boundedMap } from '../cache/bounded-map.ts'
import type { InstallationChanges } from '../token/installation-changes.ts'
import type { Delivery } from '../webhook/delivery.ts'
import { makesStale, type StaleDelivery, staleSubjects } from './stale-subjects.ts'

const MAX_APPLIED = 10_000

/** Keeps up with what happens to installations; a receiver or worker that has it as `auth` does so by itself. */
export interface DeliveryListener {
  /** Whether {@link applyDelivery} does anything with a delivery. */
  heeds(delivery: Pick<Delivery<unknown>, 'event' | 'action'>): boolean
  /**
   * Drops what a delivery makes stale, in all processes that share the cache: tokens and lookups of an installation that was
   * created, deleted, suspended, unsuspended or renamed, or whose permissions or repositories changed; and lookups of a
   * repository that was renamed or transferred. The same bytes count once. Never rejects.
   *
   * @param delivery A verified one: whoever can call this can have tokens renewed.
   */
  applyDelivery(delivery: StaleDelivery): Promise<void>
}

/** Makes what webhooks say of installations known to all processes. */
export class DeliveryChanges implements DeliveryListener {
  readonly #changes: InstallationChanges
  /** By digest of the body: delivery ids are not signed, so a captured delivery could come under any number of them. */
  readonly #applied = boundedMap<true>(MAX_APPLIED)

  constructor(changes: InstallationChanges) {
    this.#changes = changes
  }

  heeds(delivery: Pick<Delivery<unknown>, 'event' | 'action'>): boolean {
    return makesStale(delivery)
  }

  async applyDelivery(delivery: StaleDelivery): Promise<void> {
    const subjects = staleSubjects(delivery)
    if (subjects.length === 0 || (await this.#isApplied(delivery.body))) return
    await this.#changes.announce(subjects)
  }

  async #isApplied(body: Uint8Array): Promise<boolean> {
    const digest = toBase64url(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(body))))
    const isApplied = this.#applied.get(digest) !== undefined
    if (!isApplied) this.#applied.set(digest, true)
    return isApplied
  }
}
