import {
  createWebhookReceiver,
  type GitHubInstallation,
  type InstallationSource,
  type WebhookReceiver,
  type WebhookSecrets,
} from '@hubauth/core'
import { type IssueOpened, thank } from './thank.ts'

/** A receiver that thanks whoever opens an issue, to be mounted in any server. */
export function createBot(
  auth: InstallationSource,
  secrets: WebhookSecrets,
): WebhookReceiver<GitHubInstallation> {
  return createWebhookReceiver({ secrets, auth }).on<IssueOpened>('issues.opened', thank)
}
