// Compiled by `tsc`, never run: what must and must not type-check.
import type { Delivery, GitHubInstallation, InstallationSource, WebhookReceiver } from '@hubauth/core'
import express from 'express'
import { githubAuth, githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

declare const auth: InstallationSource
declare const receiver: WebhookReceiver
declare const receiverWithGitHub: WebhookReceiver<GitHubInstallation>

const app = express()
app.post('/github/webhooks', githubWebhooks(receiver))
app.use('/github/webhooks', githubWebhooks(receiverWithGitHub))
app.post(
  '/hooks',
  verifyGitHubWebhook(receiverWithGitHub, { onError: 'next' }),
  githubAuth(auth),
  (request) => {
    request.githubWebhook satisfies Delivery | undefined
    request.github satisfies GitHubInstallation | undefined
  },
)
app.get(
  '/orgs/:org',
  githubAuth(auth, { owner: (request) => request.params.org, authorize: (_, { owner }) => owner === 'acme' }),
  async (request, response) => void response.json(await request.github?.identity()),
)

// @ts-expect-error authorize is required
githubAuth(auth, { owner: () => 'acme' })
// @ts-expect-error an installation id is a number
githubAuth(auth, { installationId: (request) => request.params.id, authorize: () => true })
// @ts-expect-error there is no third way
verifyGitHubWebhook(receiver, { onError: 'ignore' })
// @ts-expect-error the handle may be absent: nothing put it there
app.get('/', (request) => request.github.identity())
