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
export interface HandledEvents {
  readonly app: string
  readonly events: readonly string[]
}

interface Method {
  readonly prototype: object
  readonly name: string | symbol
}

const HANDLED = '@hubauth/nestjs:handled'

/**
 * Makes a method of a provider handle deliveries: `@OnGitHubEvent('issues.opened')`. Names are those of
 * `WebhookReceiver.on`: an event, an event and its action, or `*`. The module finds it when the application starts.
 *
 * Without decorated parameters the method gets the delivery and the installation. Guards, interceptors and pipes run, the
 * global ones too, in a context of type `github`; exception filters do not. A method that throws, and a guard that
 * denies, make the delivery fail: GitHub is told 500, `onError` the reason, and it can be redelivered.
 */
export function OnGitHubEvent(
  ...events:
    | readonly [WebhookEventName, ...WebhookEventName[]]
    | readonly [WebhookEventName, ...WebhookEventName[], OnGitHubEventOptions]
): MethodDecorator {
  const given: readonly (string | OnGitHubEventOptions)[] = events
  const names = given.filter((each) => typeof each === 'string')
  const { app = DEFAULT_APP } = given.find((each) => typeof each === 'object') ?? {}
  return (target, name) => {
    if (typeof target === 'function')
      throw new TypeError(`${target.name}.${String(name)}: @OnGitHubEvent() is not for static methods.`)
    const handled: HandledEvents = { app, events: names }
    const others = handledEvents({ prototype: target, name })
    Reflect.defineMetadata(HANDLED, [...others, handled], target, name)
    // Nest then gives global enhancers that are request-scoped to this class too.
    Reflect.defineMetadata(ENTRY_PROVIDER_WATERMARK, true, target.constructor)
  }
}

/** What a method of a class handles; nothing for most. */
export function handledEvents({ prototype, name }: Method): readonly HandledEvents[] {
  return Reflect.getMetadata(HANDLED, prototype, name) ?? []
}
