import {
  createDeliveryWorker,
  createWebhookReceiver,
  type DeliveryWorker,
  type GitHubInstallation,
  type InstallationSource,
  type WebhookHandler,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from '@hubauth/core'
import type { GitHubAuthNestOptions } from './github-auth-options.ts'
import { logError } from './nest-error.ts'

/** What takes the deliveries of an app. */
export interface AppReceiver extends WebhookReceiver<GitHubInstallation> {
  /** Starts to work on the queue. Not there without one. */
  start?(): void
}

/** The receiver of an app, with the worker of its queue; one that refuses to be used when no webhooks are configured. */
export function webhookReceiver({ webhooks }: GitHubAuthNestOptions, auth: InstallationSource): AppReceiver {
  if (webhooks === undefined) return NO_WEBHOOKS
  const log: WebhookReceiverOptions['onError'] = (error, delivery) =>
    logError(error, delivery && `delivery ${delivery.id} (${JSON.stringify(delivery.name)}): `)
  const { queue, secrets, worker, onError = log } = webhooks
  if (queue === undefined && worker !== undefined)
    throw new TypeError('webhooks.worker: has no meaning without queue.')
  const options = { ...webhooks, onError, auth }
  const isReceiving = secrets !== undefined || queue === undefined || worker === false
  // Core refuses an empty secret, and says why.
  const receiver = isReceiving ? createWebhookReceiver({ ...options, secrets: secrets ?? '' }) : NO_WEBHOOKS
  return queue === undefined ? receiver : withWorker(receiver, createDeliveryWorker({ ...options, queue }))
}

/** A receiver whose handlers the worker runs. */
function withWorker(
  receiver: Pick<AppReceiver, 'receive' | 'verify' | 'close'>,
  worker: DeliveryWorker<GitHubInstallation>,
): AppReceiver {
  const both: AppReceiver = {
    on<Payload>(name: string, handler: WebhookHandler<Payload, GitHubInstallation>) {
      worker.on<Payload>(name, handler)
      return both
    },
    receive: (request) => receiver.receive(request),
    verify: (request) => receiver.verify(request),
    start: () => void worker.start(),
    async close() {
      await receiver.close()
      await worker.close()
    },
  }
  return both
}

const refuse = (): never => {
  throw new TypeError('this app takes no webhooks: pass webhooks: { secrets } to GitHubAuthModule.forRoot().')
}

const NO_WEBHOOKS = { on: refuse, receive: refuse, verify: refuse, close: async () => undefined }
