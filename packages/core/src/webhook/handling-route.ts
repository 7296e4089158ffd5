import type { Clock } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { Observe } from '../observe.ts'
import type { Delivery, WebhookPayload } from './delivery.ts'
import type { DeliveryAuth } from './delivery-auth.ts'
import type { DeliveryClaim, DeliveryClaims } from './delivery-claims.ts'
import { deliveryKey } from './delivery-key.ts'
import type { DeliveryRoute } from './delivery-route.ts'
import { guardedClaims } from './guarded-claims.ts'
import { type WebhookHandler, WebhookHandlers } from './handlers.ts'
import { memoryClaims } from './memory-claims.ts'
import type { ReportError } from './report-error.ts'
import type { WebhookRequest, WebhookResponse } from './webhook-request.ts'
import { errorResponse, RESPONSES } from './webhook-response.ts'

/** GitHub gives up after 10 s (30 s on Enterprise Server) and does not try again. */
const ACKNOWLEDGE_AFTER_MS = 8_000
/** Promises that wait for nothing outside are settled after fewer turns than this. */
const SOON_TURNS = 24
/** A handler that runs longer is taken for dead, and its delivery may be redelivered. */
const RUNNING_MS = 15 * 60 * 1_000

/** Options of {@link HandlingRoute}; see `WebhookReceiverOptions`. */
export interface HandlingRouteOptions<Github> {
  readonly auth?: DeliveryAuth<Github> | undefined
  readonly acknowledgeAfterMs?: number | undefined
  readonly claims?: DeliveryClaims | 'none' | undefined
  readonly rememberMs: number
  readonly report: ReportError
  readonly observe: Observe | undefined
  readonly clock: Clock
}

/** Claims deliveries and runs their handlers in this process. */
export class HandlingRoute<Github> implements DeliveryRoute<Github> {
  readonly #handlers: WebhookHandlers<Github>
  readonly #running = new Set<Promise<unknown> | undefined>()
  readonly #auth: DeliveryAuth<Github> | undefined
  readonly #claims: DeliveryClaims | undefined
  readonly #rememberMs: number
  readonly #acknowledgeAfterMs: number
  readonly #report: ReportError
  readonly #clock: Clock

  constructor(options: HandlingRouteOptions<Github>) {
    const { auth, acknowledgeAfterMs = ACKNOWLEDGE_AFTER_MS } = options
    if (!(acknowledgeAfterMs >= 0))
      throw new TypeError('acknowledgeAfterMs: expected 0 or more milliseconds.')
    this.#handlers = new WebhookHandlers(auth)
    this.#auth = auth
    this.#claims = claimsOf(options)
    this.#rememberMs = options.rememberMs
    this.#acknowledgeAfterMs = acknowledgeAfterMs
    this.#report = options.report
    this.#clock = options.clock
  }

  on<Payload>(name: string, handler: WebhookHandler<Payload, Github>): void {
    this.#handlers.add(name, handler)
  }

  take(delivery: Delivery, request: WebhookRequest): WebhookResponse | Promise<WebhookResponse> {
    const handlers = this.#handlers.matching(delivery)
    if (handlers.length === 0 && !this.#auth?.heeds?.(delivery))
      return RESPONSES[delivery.event === 'ping' ? 'pong' : 'ignored']
    return this.#handleOnce(handlers, { delivery, request })
  }

  async close(): Promise<void> {
    // What gets its claim meanwhile starts its handlers then.
    while (this.#running.size > 0) await Promise.allSettled(this.#running)
  }

  async #handleOnce(
    handlers: readonly WebhookHandler<WebhookPayload, Github>[],
    { delivery, request }: { readonly delivery: Delivery; readonly request: WebhookRequest },
  ): Promise<WebhookResponse> {
    const times = { ttlMs: this.#rememberMs, runningTtlMs: RUNNING_MS }
    const claiming = this.#claims?.claim(deliveryKey(delivery, request), times)
    this.#running.add(claiming)
    const claim = await claiming
    this.#running.delete(claiming)
    if (claim === 'handled') return RESPONSES.duplicate
    if (claim === 'running')
      throw new HubauthError('WEBHOOK_ALREADY_RUNNING', 'This delivery is being handled right now.')
    const work = this.#handle(handlers, { delivery, claim })
    let response: WebhookResponse | undefined
    this.#running.add(work)
    work.then((done) => {
      response = done
      this.#running.delete(work)
    })
    if (this.#acknowledgeAfterMs > 0) {
      // Most handlers wait for nothing outside, or not for long; a timer for each delivery would cost more than they do.
      for (let turn = 0; turn < SOON_TURNS && response === undefined; turn++) await undefined
      response ??= await this.#inTime(work)
    }
    if (response !== undefined) return response
    request.waitUntil?.(work)
    return RESPONSES.accepted
  }

  /** Runs the handlers and settles the claim. Never rejects. */
  async #handle(
    handlers: readonly WebhookHandler<WebhookPayload, Github>[],
    { delivery, claim }: { readonly delivery: Delivery; readonly claim: DeliveryClaim | undefined },
  ): Promise<WebhookResponse> {
    const failures = await this.#handlers.run(handlers, delivery)
    for (const failure of failures) this.#report(failure, delivery)
    await (failures.length > 0 ? claim?.release() : claim?.complete())
    return failures.length > 0 ? errorResponse(undefined) : RESPONSES.handled
  }

  /** The response, or undefined when it takes longer than the sender waits. */
  async #inTime(work: Promise<WebhookResponse>): Promise<WebhookResponse | undefined> {
    if (this.#acknowledgeAfterMs === Number.POSITIVE_INFINITY) return work
    const done = new AbortController()
    const late = this.#clock.sleep(this.#acknowledgeAfterMs, done.signal).catch(() => undefined)
    try {
      return (await Promise.race([work, late])) ?? undefined
    } finally {
      done.abort('done')
    }
  }
}

function claimsOf<Github>({
  claims,
  clock,
  report,
  observe,
}: HandlingRouteOptions<Github>): DeliveryClaims | undefined {
  if (claims === 'none') return undefined
  if (claims === undefined) return memoryClaims({ clock })
  return guardedClaims(claims, { clock, observe, report: (error) => report(error, undefined) })
}
