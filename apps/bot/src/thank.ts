import type { Delivery, GitHubInstallation, WebhookPayload } from '@hubauth/core'

/** What the bot reads of an `issues.opened` payload. */
export interface IssueOpened extends WebhookPayload {
  readonly repository: NonNullable<WebhookPayload['repository']>
  readonly sender: NonNullable<WebhookPayload['sender']>
  readonly issue: { readonly number: number }
}

/** Thanks whoever opened an issue. It knows nothing of the server that the delivery came through. */
export async function thank(
  { payload: { repository, issue, sender } }: Delivery<IssueOpened>,
  github: Pick<GitHubInstallation, 'fetch'>,
): Promise<void> {
  const response = await github.fetch(`/repos/${repository.full_name}/issues/${issue.number}/comments`, {
    method: 'POST',
    body: JSON.stringify({ body: `Thank you, @${sender.login}. We will look into it.` }),
  })
  if (!response.ok)
    throw new Error(`Commenting on ${repository.full_name}#${issue.number} failed: ${response.status}`)
}
