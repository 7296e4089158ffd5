// Compiled by `tsc`, never run: what a CommonJS consumer sees, whose imports become `require` calls.
import type { GitHubInstallation, InstallationSource, WebhookReceiver } from '@hubauth/core'
import fastify from 'fastify'
import { githubAuth, githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

declare const auth: InstallationSource
declare const receiver: WebhookReceiver<GitHubInstallation>

const app = fastify()
app.register(githubWebhooks, { receiver, prefix: '/github/webhooks' })
app.post(
  '/hooks',
  { preParsing: verifyGitHubWebhook(receiver), preHandler: githubAuth(auth) },
  async ({ githubWebhook, github }) => [githubWebhook?.name, await github?.identity()],
)
app.get<{ Params: { org: string } }>(
  '/orgs/:org',
  { preHandler: githubAuth(auth, { owner: (request) => request.params.org, authorize: () => true }) },
  async ({ github }) => github?.identity(),
)

// @ts-expect-error authorize is required
githubAuth(auth, { owner: () => 'acme' })
