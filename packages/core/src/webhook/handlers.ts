import { type BoundedMap, boundedMap } from '../cache/bounded-map.ts'
import type { Delivery, WebhookPayload } from './delivery.ts'

/**
 * Handles a verified delivery. What it throws is reported to `onError`, never to the sender.
 *
 * @param github What the receiver's `auth` made of the delivery: with `createGitHubAuth`, the installation.
 */
export type WebhookHandler<Payload = WebhookPayload, Github = undefined> = (
  delivery: Delivery<Payload>,
  github: Github,
) => unknown

/** `issues`, `issues.opened`, or `*` for everything. Actions of `repository_dispatch` are what their senders choose. */
const EVENT_NAME = /^(\*|[a-z][a-z_\d]*(\.[a-z][a-z_\d]*)?|repository_dispatch\..{1,100})$/
/** GitHub has about 320 events with their actions. */
const MAX_REMEMBERED = 1_000

/** The handlers of one receiver, by event. Every handler that matches a delivery gets it. */
export class WebhookHandlers<Github> {
  readonly #byName = new Map<string, WebhookHandler<WebhookPayload, Github>[]>()
  #matching: BoundedMap<readonly WebhookHandler<WebhookPayload, Github>[]> = boundedMap(MAX_REMEMBERED)

  add(name: string, handler: WebhookHandler<WebhookPayload, Github>): void {
    if (!EVENT_NAME.test(name)) {
      throw new TypeError(
        `on(): expected an event such as "issues", an event and action such as "issues.opened", or "*"; got ${JSON.stringify(name)}.`,
      )
    }
    // A generator would return at once, and nobody would run it.
    if (typeof handler !== 'function' || /Generator/.test(Object.prototype.toString.call(handler)))
      throw new TypeError(`on("${name}"): expected a function as the handler, and no generator.`)
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), handler])
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

  /** Runs the handlers side by side and returns what they threw: one that fails does not stop the others. */
  async run(
    handlers: readonly WebhookHandler<WebhookPayload, Github>[],
    delivery: Delivery,
    github: Github,
  ): Promise<readonly unknown[]> {
    const failures: unknown[] = []
    const unfinished: Promise<void>[] = []
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
    if (unfinished.length > 0) await Promise.all(unfinished)
    return failures
  }
}
