import 'reflect-metadata'
import type { WebhookEventName } from '@hubauth/core'
import { ENTRY_PROVIDER_WATERMARK } from '@nestjs/common/constants.js'
import { DEFAULT_APP } from './github-auth-tokens.ts'

/** Options of `@OnGitHubEvent()`. */
export interface OnGitHubEventOptions {
  /** Name of the app whose deliveries are meant, where there are several. Default the one without a name. */
  readonly app?: string | undefined
}

/** What a method handles. */
export interface HandledEvent {
  readonly app: string
  readonly event: string
}

const HANDLED = '@hubauth/nestjs:handled'

/**
 * Makes a method of a provider handle deliveries: `@OnGitHubEvent('issues.opened')`. Names are those of
 * `WebhookReceiver.on`: an event, an event and its action, or `*`. For several, decorate it several times; it runs once for
 * a delivery. The module finds it when the application starts.
 *
 * Without decorated parameters the method gets the delivery and the installation. Guards, interceptors and pipes run, the
 * global ones too, in a context of type `github`; exception filters do not. A method that throws, and a guard that
 * denies, make the delivery fail: GitHub is told 500, `onError` the reason, and it can be redelivered. With a queue, it is
 * tried again.
 */
export function OnGitHubEvent(
  event: WebhookEventName,
  { app = DEFAULT_APP }: OnGitHubEventOptions = {},
): MethodDecorator {
  return (target, name) => {
    if (typeof target === 'function' || typeof name === 'symbol')
      throw new TypeError(
        `${String(name)}: @OnGitHubEvent() is for methods that have a name and are not static.`,
      )
    // A method that overrides another does not inherit its events when it has its own.
    const others: readonly HandledEvent[] = Reflect.getOwnMetadata(HANDLED, target, name) ?? []
    Reflect.defineMetadata(HANDLED, [...others, { app, event }], target, name)
    // Nest then gives global enhancers that are request-scoped to this class too.
    Reflect.defineMetadata(ENTRY_PROVIDER_WATERMARK, true, target.constructor)
  }
}

/** What a method of a class handles; nothing for most. */
export function handledEvents(prototype: object, name: string): readonly HandledEvent[] {
  return Reflect.getMetadata(HANDLED, prototype, name) ?? []
}
