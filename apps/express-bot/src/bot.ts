import {
  createWebhookReceiver,
  type GitHubInstallation,
  type InstallationSource,
  type WebhookPayload,
  type WebhookReceiver,
} from '@hubauth/core'

/** What this bot reads of an `issues.opened` payload. */
interface IssueOpened extends WebhookPayload {
  readonly repository: NonNullable<WebhookPayload['repository']>
  readonly sender: NonNullable<WebhookPayload['sender']>
  readonly issue: { readonly number: number }
}

/** A bot that thanks whoever opens an issue. It knows nothing of the server that it is mounted in. */
export function createBot(
  auth: InstallationSource,
  secrets: string | readonly string[],
): WebhookReceiver<GitHubInstallation> {
  return createWebhookReceiver({ secrets, auth }).on<IssueOpened>(
    'issues.opened',
    async ({ payload }, github) => {
      const { repository, issue, sender } = payload
      const response = await github.fetch(`/repos/${repository.full_name}/issues/${issue.number}/comments`, {
        method: 'POST',
        body: JSON.stringify({ body: `Thank you, @${sender.login}. We will look into it.` }),
      })
      if (!response.ok)
        throw new Error(`Commenting on ${repository.full_name}#${issue.number} failed: ${response.status}`)
    },
  )
}
