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

/** `issues`, `issues.opened`, or `*` for everything. */
const EVENT_NAME = /^(\*|[a-z][a-z_]*(\.[a-z][a-z_]*)?)$/

/** The handlers of one receiver, by event. Every handler that matches a delivery gets it. */
export class WebhookHandlers<Github> {
  readonly #byName = new Map<string, WebhookHandler<WebhookPayload, Github>[]>()

  add(name: string, handler: WebhookHandler<WebhookPayload, Github>): void {
    if (!EVENT_NAME.test(name)) {
      throw new TypeError(
        `on(): expected an event such as "issues", an event and action such as "issues.opened", or "*"; got ${JSON.stringify(name)}.`,
      )
    }
    if (typeof handler !== 'function')
      throw new TypeError(`on("${name}"): expected a function as the handler.`)
    this.#byName.set(name, [...(this.#byName.get(name) ?? []), handler])
  }

  /** The handlers for a delivery, the most specific first. */
  matching(delivery: Delivery): readonly WebhookHandler<WebhookPayload, Github>[] {
    const names = delivery.action === undefined ? [delivery.event, '*'] : [delivery.name, delivery.event, '*']
    return names.flatMap((name) => this.#byName.get(name) ?? [])
  }

  /** Runs the handlers side by side and returns what they threw: one that fails does not stop the others. */
  async run(
    handlers: readonly WebhookHandler<WebhookPayload, Github>[],
    delivery: Delivery,
    github: Github,
  ): Promise<unknown[]> {
    const outcomes = await Promise.allSettled(handlers.map(async (handler) => handler(delivery, github)))
    return outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  }
}
