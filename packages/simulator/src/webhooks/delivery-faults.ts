import { DELIVERY_FAULT, type DeliveryFault } from './delivery-fault.ts'
import type { Message } from './message.ts'

/** Every fault is compared with every delivery. */
const MAX_ACTIVE = 10_000

/** A delivery fault that is in place. */
export interface DeliveryFaultHandle {
  /** Names the fault: 1 for the first one. */
  readonly id: number
  /** How many deliveries it hit so far. */
  readonly hits: number
  /** Takes the fault away; what a `reorder` holds is sent, in reverse. Harmless when it is spent. */
  remove(): void
}

interface ActiveFault {
  readonly id: number
  readonly fault: DeliveryFault
  readonly times: number
  readonly held: Message[]
  hits: number
  toPass: number
}

/** What happens to a message: nothing special, one of the faults, or that it is held and others are sent. */
export interface DeliveryFaultHit {
  readonly fault: DeliveryFault
  /** Of a `reorder`: what is to be sent now, in this order. */
  readonly release: readonly Message[]
}

/** The delivery faults in place. Of several that are due, the oldest is the one that happens. */
export class DeliveryFaults {
  readonly #active = new Map<number, ActiveFault>()
  readonly #release: (messages: readonly Message[]) => void
  #added = 0

  /** @param release Sends what a removed `reorder` held. */
  constructor(release: (messages: readonly Message[]) => void) {
    this.#release = release
  }

  /** @throws {TypeError} naming the field that does not hold. */
  add(given: DeliveryFault): DeliveryFaultHandle {
    const fault = DELIVERY_FAULT.check(given, '')
    if (this.#active.size >= MAX_ACTIVE)
      throw new TypeError(`There are ${MAX_ACTIVE} delivery faults in place already: remove some`)
    this.#added += 1
    const id = this.#added
    const active: ActiveFault = {
      id,
      fault,
      times:
        fault.times === 'always'
          ? Number.POSITIVE_INFINITY
          : (fault.times ?? (fault.fault === 'reorder' ? 2 : 1)),
      held: [],
      hits: 0,
      toPass: fault.after ?? 0,
    }
    this.#active.set(id, active)
    return {
      id,
      get hits() {
        return active.hits
      },
      remove: () => {
        this.remove(id)
      },
    }
  }

  /** Whether there was such a fault. */
  remove(id: number): boolean {
    const active = this.#active.get(id)
    if (active === undefined) return false
    this.#active.delete(id)
    this.#release(active.held.splice(0).toReversed())
    return true
  }

  /** The fault that hits a message, used up by one. */
  take(message: Message): DeliveryFaultHit | undefined {
    let due: ActiveFault | undefined
    for (const active of this.#active.values()) {
      if (!matches(active.fault, message)) continue
      if (active.toPass > 0) active.toPass -= 1
      else due ??= active
    }
    if (due === undefined) return undefined
    const { fault, held, times } = due
    due.hits += 1
    if (fault.fault === 'reorder') held.push(message)
    const isSpent = due.hits >= times
    if (isSpent) this.#active.delete(due.id)
    return { fault, release: isSpent ? held.splice(0).toReversed() : [] }
  }

  /** Takes all faults away, with what they hold. */
  clear(): void {
    this.#active.clear()
  }
}

function matches({ app, event, action }: DeliveryFault, message: Message): boolean {
  return (
    (app === undefined || app === message.app.slug) &&
    (event === undefined || event === message.event) &&
    (action === undefined || action === message.action)
  )
}
