import type { GitHubInstallation, WebhookReceiverOptions } from '@hubauth/core'
import { type SignedDeliveryOptions, signedDelivery } from '@hubauth/testing'
import { Inject, type Provider, type Type } from '@nestjs/common'
import { GitHubAuthModule, githubAuthToken } from '../src/index.ts'
import { OFFLINE, SECRET, startApp, watchedAuth } from './start-app.ts'

/** What the handlers of a test tell of themselves. */
class Seen {
  readonly all: unknown[] = []
}

/** A provider that can tell. */
export class Base {
  @Inject(Seen) protected readonly seen: Seen = new Seen()
}

interface StartHandlersOptions {
  readonly webhooks?: Partial<WebhookReceiverOptions<GitHubInstallation>>
  readonly controllers?: Type[]
  readonly imports?: readonly Type[]
}

/** Starts an application with two apps whose handlers are among the providers. */
export async function startHandlers(providers: readonly Provider[], options: StartHandlersOptions = {}) {
  const { auth, targets } = watchedAuth()
  const errors: unknown[] = []
  const webhooks = { secrets: SECRET, onError: (error: unknown) => errors.push(error), ...options.webhooks }
  const { app, send, close } = await startApp({
    imports: [
      GitHubAuthModule.forRoot({ ...OFFLINE, webhooks, webhookPath: '/hooks' }),
      GitHubAuthModule.forRoot({
        ...OFFLINE,
        webhooks: { ...webhooks, secrets: 'the other secret' },
        webhookPath: '/ghes',
        name: 'ghes',
      }),
      ...(options.imports ?? []),
    ],
    providers: [Seen, ...providers],
    controllers: options.controllers ?? [],
    override: (builder) => builder.overrideProvider(githubAuthToken()).useValue(auth),
  })
  const deliver = async (options: Partial<SignedDeliveryOptions> = {}, path = '/hooks') => {
    const response = await send(path, signedDelivery({ secret: SECRET, ...options }))
    return { status: response.status, body: await response.json() }
  }
  return { app, deliver, close, errors, targets, seen: app.get(Seen).all }
}
