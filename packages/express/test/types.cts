// Compiled by `tsc`, never run: an app that is CommonJS gets the same types.
import type { GitHubInstallation, InstallationSource, WebhookReceiver } from '@hubauth/core'
import type { Express } from 'express'
import type * as hubauth from '../src/index.ts'

declare const app: Express
declare const { githubAuth, githubWebhooks, verifyGitHubWebhook }: typeof hubauth
declare const auth: InstallationSource
declare const receiver: WebhookReceiver<GitHubInstallation>

app.post('/github/webhooks', githubWebhooks(receiver))
app.post('/hooks', verifyGitHubWebhook(receiver), (request, response) => {
  response.json({ name: request.githubWebhook?.name satisfies string | undefined })
})
app.get('/', githubAuth(auth, { owner: () => 'acme', authorize: () => true }), (request) => {
  request.github satisfies GitHubInstallation | undefined
})
// @ts-expect-error A receiver is not its options.
app.post('/github/webhooks', githubWebhooks({ secrets: 'secret' }))
