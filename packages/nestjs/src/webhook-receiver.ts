import {
  createWebhookReceiver,
  type GitHubInstallation,
  type InstallationSource,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from '@hubauth/core'
import type { GitHubAuthNestOptions } from './github-auth-options.ts'
import { logError } from './nest-error.ts'

/** The receiver of an app; one that refuses to be used when no webhooks are configured. */
export function webhookReceiver(
  { webhooks }: GitHubAuthNestOptions,
  auth: InstallationSource,
): WebhookReceiver<GitHubInstallation> {
  if (webhooks === undefined) return NO_WEBHOOKS
  const onError: WebhookReceiverOptions['onError'] = (error, delivery) =>
    logError(error, delivery && `delivery ${delivery.id} (${JSON.stringify(delivery.name)}): `)
  return createWebhookReceiver({ ...webhooks, onError: webhooks.onError ?? onError, auth })
}

const refuse = (): never => {
  throw new TypeError('this app has no webhooks: pass webhooks: { secrets } to GitHubAuthModule.forRoot().')
}

const NO_WEBHOOKS = { on: refuse, receive: refuse, verify: refuse, close: async () => undefined }
