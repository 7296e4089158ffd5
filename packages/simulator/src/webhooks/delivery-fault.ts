import { type ObjectSchema, object, optional, required } from '../schema/object-schema.ts'
import { boolean, choice, integer, MAX_TIMER_MS, oneOf, text } from '../schema/schema.ts'

/** So many messages are held in memory at most. */
const MAX_HELD = 1_000

/**
 * What goes wrong with webhooks that follow from events, and with which ones; what is left out matches all. Redeliveries and
 * `deliver` are never hit.
 *
 * - `drop`: the receiver hears nothing, and the delivery is in the log as `timed out`, so that it can be redelivered.
 * - `duplicate`: it comes twice with the same GUID.
 * - `reorder`: the next `times` deliveries are held until all are there, then sent in reverse, each after the answer to the one
 *   before.
 * - `delay`: it comes after `delayMs`, and others may overtake it.
 * - `wrong-secret`: it is signed with a secret that is not the app's.
 */
export interface DeliveryFault {
  readonly fault: 'drop' | 'duplicate' | 'reorder' | 'delay' | 'wrong-secret'
  /** Slug of the app that is told. */
  readonly app?: string
  /** Such as `issues`. */
  readonly event?: string
  /** Such as `opened`. */
  readonly action?: string
  /** How many deliveries it hits: 1 by default, 2 for `reorder`, at most 1 000 there; `always` until it is removed. */
  readonly times?: number | 'always'
  /** How many matching deliveries go by first. Default 0. */
  readonly after?: number
  /** Of a `delay`, in real milliseconds. Default 1 000. */
  readonly delayMs?: number
  /** Of a `duplicate`: whether the second comes after the answer to the first. Default false, both at once. */
  readonly inTurn?: boolean
}

const SCHEMA: ObjectSchema<DeliveryFault> = object<DeliveryFault>({
  fault: required(oneOf('drop', 'duplicate', 'reorder', 'delay', 'wrong-secret')),
  app: optional(text(), 'Slug of the app that is told.'),
  event: optional(text(), 'Such as issues.'),
  action: optional(text(), 'Such as opened.'),
  times: optional(
    choice<number | 'always'>('a positive integer or always', [
      { when: (value) => typeof value === 'string', schema: oneOf('always') },
      { when: (value) => typeof value === 'number', schema: integer({ minimum: 1 }) },
    ]),
    'How many deliveries it hits. Default 1, and 2 for reorder.',
  ),
  after: optional(integer({ minimum: 0 }), 'How many matching deliveries go by first. Default 0.'),
  delayMs: optional(integer({ minimum: 0, maximum: MAX_TIMER_MS }), 'Of a delay. Default 1000.'),
  inTurn: optional(
    boolean(),
    'Of a duplicate: whether the second comes after the answer to the first. Default false.',
  ),
})

/** What `failDeliveries` takes. */
export const DELIVERY_FAULT: ObjectSchema<DeliveryFault> = {
  ...SCHEMA,
  check(value, at) {
    const fault = SCHEMA.check(value, at)
    if (fault.fault === 'reorder' && (fault.times === 'always' || (fault.times ?? 2) > MAX_HELD))
      throw new TypeError(`times of a reorder must be a number, at most ${MAX_HELD}`)
    return fault
  },
}
