import { type BoundedMap, boundedMap } from '../cache/bounded-map.ts'
import type { Delivery, WebhookPayload } from './delivery.ts'
import { applyDelivery, type DeliveryAuth } from './delivery-auth.ts'
import type { EventPayload, WebhookEventName } from './events.ts'

/**
 * Handles a verified delivery. What it throws is reported to `onError`, never to the sender.
 *
 * @param github What the receiver's `auth` made of the delivery: with `createGitHubAuth`, the installation.
 */
export type WebhookHandler<Payload = WebhookPayload, Github = undefined> = (
  delivery: Delivery<Payload>,
  github: Github,
) => unknown

/** Where handlers are added: a receiver, or a worker. */
export interface DeliveryHandlers<Github = undefined> {
  /**
   * Adds a handler for an event (`issues`), an event with an action (`issues.opened`) or everything (`*`). The name tells
   * the type of the payload, see {@link EventPayload}; or name your own: `on<IssueOpened>('issues.opened', …)`.
   *
   * @throws {TypeError} For a name that no event can have; and by a receiver with a queue: its workers have the handlers.
   */
  on<Name extends WebhookEventName>(name: Name, handler: WebhookHandler<EventPayload<Name>, Github>): this
  on<Payload = unknown>(name: string, handler: WebhookHandler<NoInfer<Payload>, Github>): this
}

/** `issues`, `issues.opened`, or `*` for everything. Actions of `repository_dispatch` are what their senders choose. */
const EVENT_NAME = /^(\*|[a-z][a-z_\d]*(\.[a-z][a-z_\d]*)?|repository_dispatch\..{1,100})$/
/** GitHub has about 320 events with their actions. */
const MAX_REMEMBERED = 1_000

/** The handlers of one receiver or worker, by event. Every handler that matches a delivery gets it. */
export class WebhookHandlers<Github> {
  readonly #auth: DeliveryAuth<Github> | undefined
  readonly #byName = new Map<string, WebhookHandler<WebhookPayload, Github>[]>()
  #matching: BoundedMap<readonly WebhookHandler<WebhookPayload, Github>[]> = boundedMap(MAX_REMEMBERED)

  constructor(auth: DeliveryAuth<Github> | undefined) {
    this.#auth = auth
  }

  add<Payload>(name: string, handler: WebhookHandler<Payload, Github>): void {
    if (!EVENT_NAME.test(name)) {
      throw new TypeError(
        `on(): expected an event such as "issues", an event and action such as "issues.opened", or "*"; got ${JSON.stringify(name)}.`,
      )
    }
    // A generator would return at once, and nobody would run it.
    if (typeof handler !== 'function' || /Generator/.test(Object.prototype.toString.call(handler)))
      throw new TypeError(`on("${name}"): expected a function as the handler, and no generator.`)
    // The caller vouches for the payload's type; GitHub's schema is not checked at run time.
    const added = handler as WebhookHandler<WebhookPayload, Github>
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), added])
    this.#matching = boundedMap(MAX_REMEMBERED)
  }

  /** The handlers for a delivery, the most specific first. */
  matching({ event, action }: Delivery): readonly WebhookHandler<WebhookPayload, Github>[] {
    // Not by `event.action`: the event comes from a header that is not signed, and may look like both.
    const key = `${event}\n${action}`
    const remembered = this.#matching.get(key)
    if (remembered !== undefined) return remembered
    const names = action === undefined ? [event, '*'] : [`${event}.${action}`, event, '*']
    const handlers = names.flatMap((name) => this.#byName.get(name) ?? [])
    this.#matching.set(key, handlers)
    return handlers
  }

  /**
   * Lets `auth` heed the delivery, then runs the handlers side by side: one that fails does not stop the others. Never
   * rejects.
   *
   * @returns What failed.
   */
  async run(
    handlers: readonly WebhookHandler<WebhookPayload, Github>[],
    delivery: Delivery,
  ): Promise<readonly unknown[]> {
    const failures: unknown[] = []
    try {
      const applying = applyDelivery(this.#auth, delivery)
      if (applying !== undefined) await applying
      const unfinished = this.#start(handlers, { delivery, failures })
      if (unfinished.length > 0) await Promise.all(unfinished)
    } catch (error) {
      failures.push(error)
    }
    return failures
  }

  /** Starts the handlers. @returns Those that are not done; they settle when they are, and never reject. */
  #start(
    handlers: readonly WebhookHandler<WebhookPayload, Github>[],
    { delivery, failures }: { readonly delivery: Delivery; readonly failures: unknown[] },
  ): readonly Promise<void>[] {
    const unfinished: Promise<void>[] = []
    if (handlers.length === 0) return unfinished
    // Without `auth`, Github is undefined by its default.
    const github = this.#auth?.forDelivery(delivery) as Github
    const finish = async (result: unknown) => {
      try {
        await result
      } catch (error) {
        failures.push(error)
      }
    }
    for (const handler of handlers) {
      try {
        const result = handler(delivery, github)
        // Most handlers of a busy server are done at once; to wait for nothing costs a microsecond.
        if (result !== undefined) unfinished.push(finish(result))
      } catch (error) {
        failures.push(error)
      }
    }
    return unfinished
  }
}
