// Compiled by `tsc`, never run: what a CommonJS consumer sees, whose imports become `require` calls.
import type { GitHubInstallation, InstallationSource, WebhookReceiver } from '@hubauth/core'
import { Hono } from 'hono'
import { githubAuth, githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

declare const auth: InstallationSource
declare const receiver: WebhookReceiver<GitHubInstallation>

const app = new Hono()
app.all('/github/webhooks', githubWebhooks(receiver))
app.post('/hooks', verifyGitHubWebhook(receiver), githubAuth(auth), async (c) =>
  c.json([c.var.githubWebhook.name, await c.var.github.identity()]),
)
app.get(
  '/orgs/:org',
  githubAuth(auth, { owner: (c) => c.req.param('org'), authorize: (_, { owner }) => owner === 'acme' }),
  async (c) => c.json(await c.var.github.identity()),
)

// @ts-expect-error authorize is required
githubAuth(auth, { owner: () => 'acme' })
