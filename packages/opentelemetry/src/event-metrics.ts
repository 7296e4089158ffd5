import type { Clock, DeliveryEvent, HubauthEvent, JobEvent, RequestEvent, StoreEvent } from '@hubauth/core'
import type { Attributes, MeterProvider } from '@opentelemetry/api'
import { actorOf, appOf, errorType, JOB_ATTRIBUTES, known, requestAttributes } from './attributes.ts'
import { boundedNames } from './bounded-names.ts'
import { createInstruments, type Instruments } from './instruments.ts'
import { LowestBudgets } from './lowest-budgets.ts'
import { PendingHits } from './pending-hits.ts'

/** GitHub has about 75 events and ten resources. */
const MAX_EVENT_NAMES = 150
const MAX_RESOURCES = 50

type Timed = Extract<HubauthEvent, { readonly durationMs: number }>

interface Made {
  readonly provider: MeterProvider
  readonly instruments: Instruments
  /** How many stores of each kind were told to be down, to this provider. */
  readonly down: Map<StoreEvent['store'], number>
}

/** Records events as metrics. */
export class EventMetrics {
  readonly #scope: string
  readonly #budgets: LowestBudgets
  readonly #hits = new PendingHits()
  readonly #eventName = boundedNames(MAX_EVENT_NAMES)
  readonly #resource = boundedNames(MAX_RESOURCES)
  #made: Made | undefined

  constructor(scope: string, clock: Clock) {
    this.#scope = scope
    this.#budgets = new LowestBudgets(clock)
  }

  /** @param provider Another one than last time gets instruments of its own: the global one may be registered late. */
  record(event: HubauthEvent, provider: MeterProvider): void {
    if (this.#made?.provider !== provider) this.#made = this.#make(provider)
    this.#record(event, this.#made)
  }

  #record(event: HubauthEvent, made: Made): void {
    const to = made.instruments
    switch (event.type) {
      case 'hit':
        this.#hits.add(event)
        break
      case 'mint':
      case 'renew':
      case 'sign':
      case 'lookup':
        to[event.type].record(seconds(event.durationMs), timedAttributes(event))
        break
      case 'wait':
        to.wait.record(seconds(event.durationMs), {
          ...timedAttributes(event),
          'hubauth.outcome': event.outcome,
        })
        break
      case 'evict':
        to.evictions.add(1, known({ 'hubauth.app': appOf(event), 'hubauth.reason': event.reason }))
        break
      case 'request':
        this.#recordRequest(event, to)
        break
      case 'retry':
        to.retries.add(1, known({ 'hubauth.app': appOf(event), 'hubauth.reason': event.reason }))
        break
      case 'throttle':
        to.throttles.add(1, known({ 'hubauth.app': appOf(event), 'hubauth.actor': actorOf(event) }))
        break
      case 'store':
        recordStore(event, made)
        break
      case 'change':
        to.changes.add(1, { 'hubauth.origin': event.origin })
        break
      case 'delivery':
        this.#recordDelivery(event, to)
        break
      case 'job':
        this.#recordJob(event, to)
        break
      default:
        event satisfies never
    }
  }

  #recordRequest(event: RequestEvent, { request }: Instruments): void {
    const { durationMs, budget } = event
    if (budget !== undefined)
      this.#budgets.note({ ...budget, resource: this.#resource(budget.resource) ?? budget.resource })
    request.record(seconds(durationMs), requestAttributes(event))
  }

  #recordDelivery(event: DeliveryEvent, { delivery }: Instruments): void {
    delivery.record(
      seconds(event.durationMs),
      known({
        'hubauth.event': this.#eventName(event.event),
        'hubauth.outcome': event.outcome,
        'http.response.status_code': event.status,
        'error.type': errorType(event),
      }),
    )
  }

  #recordJob(event: JobEvent, { process, consumed, queue }: Instruments): void {
    const name = { 'hubauth.event': this.#eventName(event.event) }
    const message = known({ ...JOB_ATTRIBUTES, ...name, 'error.type': errorType(event) })
    process.record(seconds(event.durationMs), { ...message, 'hubauth.outcome': event.outcome })
    consumed.add(1, message)
    queue.record(seconds(event.queuedMs), known(name))
  }

  #make(provider: MeterProvider): Made {
    const meter = provider.getMeter(this.#scope)
    const instruments = createInstruments(meter)
    const made: Made = { provider, instruments, down: new Map() }
    const { remaining, limit, hits } = instruments
    meter.addBatchObservableCallback(
      (result) => {
        if (this.#made !== made) return
        this.#hits.flush(hits)
        for (const budget of this.#budgets) {
          const attributes = known({ 'hubauth.app': appOf(budget), 'hubauth.resource': budget.resource })
          result.observe(remaining, budget.remaining, attributes)
          result.observe(limit, budget.limit, attributes)
        }
      },
      [remaining, limit],
    )
    return made
  }
}

function recordStore(event: StoreEvent, { instruments, down }: Made): void {
  const store = { 'hubauth.store': event.store }
  const count = down.get(event.store) ?? 0
  if (event.state === 'down') {
    down.set(event.store, count + 1)
    instruments.down.add(1, store)
    instruments.outages.add(1, { ...store, 'error.type': event.error.code })
    return
  }
  instruments.outage.record(seconds(event.downMs), store)
  // What went down before this provider was there was never added.
  if (count === 0) return
  down.set(event.store, count - 1)
  instruments.down.add(-1, store)
}

function timedAttributes(event: Extract<Timed, { readonly app: unknown }>): Attributes {
  return known({ 'hubauth.app': appOf(event), 'error.type': errorType(event) })
}

/** A clock that was set back makes no negative time. */
function seconds(ms: number): number {
  return Math.max(ms, 0) / 1_000
}
