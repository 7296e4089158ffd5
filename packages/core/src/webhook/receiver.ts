import { type Clock, systemClock } from '../clock.ts'
import { HubauthError, harmless, redact } from '../errors.ts'
import type { Delivery, WebhookPayload } from './delivery.ts'
import type { ClaimResult, DeliveryClaim, DeliveryClaims } from './delivery-claims.ts'
import type { EventPayload, WebhookEventName } from './events.ts'
import { guardedClaims } from './guarded-claims.ts'
import { type WebhookHandler, WebhookHandlers } from './handlers.ts'
import { memoryClaims } from './memory-claims.ts'
import { createDeliveryVerifier, type VerifyDeliveryOptions } from './verify-delivery.ts'
import type { WebhookRequest, WebhookResponse } from './webhook-request.ts'
import { errorResponse, RESPONSES } from './webhook-response.ts'

/** GitHub gives up after 10 s (30 s on Enterprise Server) and does not try again. */
const ACKNOWLEDGE_AFTER_MS = 8_000
/** GitHub lets people redeliver for three days. */
const REMEMBER_MS = 3 * 24 * 60 * 60 * 1_000
/** Promises that wait for nothing outside are settled after fewer turns than this. */
const SOON_TURNS = 24
/** 128 bits, in hex digits: enough to tell bodies apart, and too little to forge a signature from. */
const SIGNATURE_HALF = 32
/** A handler that runs longer is taken for dead, and its delivery may be redelivered. */
const RUNNING_MS = 15 * 60 * 1_000

/** Options of {@link createWebhookReceiver}. */
export interface WebhookReceiverOptions<Github = undefined> extends VerifyDeliveryOptions {
  /** Makes the second argument of every handler: pass the result of `createGitHubAuth` to get the installation. */
  readonly auth?: { forDelivery(delivery: Delivery): Github } | undefined
  /**
   * How long to wait for the handlers before answering 202, in milliseconds; they go on after that. Default
   * 8 000. 0 answers at once, Infinity only when the handlers are done.
   */
  readonly acknowledgeAfterMs?: number | undefined
  /** Where handled deliveries are remembered. Default `memoryClaims()`; `none` handles duplicates again. */
  readonly claims?: DeliveryClaims | 'none' | undefined
  /** How long a handled delivery is remembered, in milliseconds. Default 259 200 000 (three days). */
  readonly rememberMs?: number | undefined
  /**
   * Told of everything that fails here: what handlers threw, a body that a parser consumed, a claim store that is
   * down. Default: printed with `console.error`.
   */
  readonly onError?: ((error: unknown, delivery: Delivery | undefined) => void) | undefined
  readonly clock?: Clock | undefined
}

/** Receives deliveries: verifies them, drops duplicates, runs the handlers, and knows what to answer. */
export interface WebhookReceiver<Github = undefined> {
  /**
   * Adds a handler for an event (`issues`), an event with an action (`issues.opened`) or everything (`*`). The name tells
   * the type of the payload, see {@link EventPayload}; or name your own: `on<IssueOpened>('issues.opened', …)`.
   *
   * @throws {TypeError} For a name that no event can have.
   */
  on<Name extends WebhookEventName>(
    name: Name,
    handler: WebhookHandler<EventPayload<Name>, Github>,
  ): WebhookReceiver<Github>
  on<Payload = unknown>(
    name: string,
    handler: WebhookHandler<NoInfer<Payload>, Github>,
  ): WebhookReceiver<Github>
  /** Handles a request. Never rejects: every outcome has a response. */
  receive(request: WebhookRequest): Promise<WebhookResponse>
  /** Only verifies and parses a request, for those who keep their own route. @throws {HubauthError} */
  verify(request: WebhookRequest): Promise<Delivery>
  /** Refuses new deliveries (503) and resolves when the running handlers are done. */
  close(): Promise<void>
}

/**
 * Makes a webhook receiver.
 *
 * Answers: 200 handled, ignored or a duplicate; 202 accepted, the handlers still run; 400 malformed; 401 not signed
 * with a known secret; 405, 413, 415; 409 the same delivery is being handled right now; 500 a handler failed.
 *
 * @throws {TypeError} When there is no secret, or an option is out of range.
 */
export function createWebhookReceiver<Github = undefined>(
  options: WebhookReceiverOptions<Github>,
): WebhookReceiver<Github> {
  return new Receiver<Github>(options)
}

/**
 * For mounts: checks what they were given, so that a wrong import is found when the server is put together.
 *
 * @throws {TypeError} Unless it has the methods of a receiver.
 */
export function checkReceiver(
  receiver: Pick<WebhookReceiver, 'receive'> | Pick<WebhookReceiver, 'verify'>,
): void {
  const { receive, verify }: Partial<WebhookReceiver> = receiver ?? {}
  if (typeof (receive ?? verify) !== 'function')
    throw new TypeError('Expected the receiver that createWebhookReceiver() makes.')
}

class Receiver<Github> implements WebhookReceiver<Github> {
  readonly verify: (request: WebhookRequest) => Promise<Delivery>
  readonly #handlers = new WebhookHandlers<Github>()
  readonly #running = new Set<Promise<unknown>>()
  readonly #auth: WebhookReceiverOptions<Github>['auth']
  readonly #claims: DeliveryClaims | undefined
  readonly #rememberMs: number
  readonly #acknowledgeAfterMs: number
  readonly #report: (error: unknown, delivery: Delivery | undefined) => void
  readonly #clock: Clock
  #closed = false

  constructor(options: WebhookReceiverOptions<Github>) {
    this.verify = createDeliveryVerifier(options)
    this.#auth = options.auth
    this.#clock = options.clock ?? systemClock
    this.#claims = options.claims === 'none' ? undefined : this.#claimsOf(options.claims)
    this.#rememberMs = options.rememberMs ?? REMEMBER_MS
    this.#acknowledgeAfterMs = options.acknowledgeAfterMs ?? ACKNOWLEDGE_AFTER_MS
    this.#report = harmless(options.onError ?? printError)
    if (!(this.#acknowledgeAfterMs >= 0))
      throw new TypeError('acknowledgeAfterMs: expected 0 or more milliseconds.')
    if (!(this.#rememberMs > 0)) throw new TypeError('rememberMs: expected more than 0 milliseconds.')
  }

  #claimsOf(claims: DeliveryClaims | undefined): DeliveryClaims {
    const clock = this.#clock
    if (claims === undefined) return memoryClaims({ clock })
    return guardedClaims(claims, { clock, onFailed: (error) => this.#report(error, undefined) })
  }

  on<Payload>(name: string, handler: WebhookHandler<Payload, Github>): WebhookReceiver<Github> {
    // The caller vouches for the payload's type; GitHub's schema is not checked at run time.
    this.#handlers.add(name, handler as WebhookHandler<WebhookPayload, Github>)
    return this
  }

  async receive(request: WebhookRequest): Promise<WebhookResponse> {
    try {
      if (this.#closed) throw closed()
      const delivery = await this.verify(request)
      if (this.#closed) throw closed()
      const handlers = this.#handlers.matching(delivery)
      if (handlers.length === 0) return RESPONSES[delivery.event === 'ping' ? 'pong' : 'ignored']
      const claim = await this.#claim(delivery, request)
      if (claim === 'handled') return RESPONSES.duplicate
      if (claim === 'running')
        throw new HubauthError('WEBHOOK_ALREADY_RUNNING', 'This delivery is being handled right now.')
      return await this.#acknowledge(this.#handle(handlers, delivery, claim), request)
    } catch (error) {
      const response = errorResponse(error)
      if (response.status === 500) this.#report(error, undefined)
      return response
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.allSettled(this.#running)
  }

  /** Runs the handlers and settles the claim. Never rejects. */
  async #handle(
    handlers: readonly WebhookHandler<WebhookPayload, Github>[],
    delivery: Delivery,
    claim: DeliveryClaim | undefined,
  ): Promise<WebhookResponse> {
    let failures: readonly unknown[]
    try {
      // Without `auth`, Github is undefined by its default.
      const github = this.#auth?.forDelivery(delivery) as Github
      failures = await this.#handlers.run(handlers, delivery, github)
    } catch (error) {
      failures = [error]
    }
    for (const failure of failures) this.#report(failure, delivery)
    await (failures.length > 0 ? claim?.release() : claim?.complete())
    return failures.length > 0 ? errorResponse(undefined) : RESPONSES.handled
  }

  /**
   * Claims a delivery by its target (two apps get the same delivery id), its id, and half of its signature, which stands
   * for the digest of the body.
   */
  #claim(delivery: Delivery, request: WebhookRequest): Promise<ClaimResult> | undefined {
    const { targetType, targetId, hookId, id } = delivery
    const digest = request.header('x-hub-signature-256')?.slice(-SIGNATURE_HALF)
    // Header values have no line breaks, so these parts cannot run into each other.
    const key = `${targetType}\n${targetId}\n${hookId}\n${id}\n${digest}`
    return this.#claims?.claim(key, { ttlMs: this.#rememberMs, runningTtlMs: RUNNING_MS })
  }

  /** Waits for the handlers, but not for longer than the sender does. */
  async #acknowledge(work: Promise<WebhookResponse>, request: WebhookRequest): Promise<WebhookResponse> {
    this.#running.add(work)
    let response: WebhookResponse | undefined
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

function closed(): HubauthError {
  return new HubauthError('WEBHOOK_CLOSED', 'This server is shutting down.')
}

function printError(error: unknown, delivery: Delivery | undefined): void {
  // The id is not signed, and who may dispatch to a repository chooses an action: neither may write lines of its own.
  const what = delivery === undefined ? 'webhook' : redact(`delivery ${delivery.id} (${delivery.name})`)
  console.error(`[hubauth] ${what}:`, error)
}
