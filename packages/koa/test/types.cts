// Compiled by `tsc`, never run, with the types of Koa 3 and of Koa 2: what a CommonJS consumer sees, whose imports become
// `require` calls.
import type { GitHubInstallation, InstallationSource, WebhookReceiver } from '@hubauth/core'
import Router from '@koa/router'
import Koa from 'koa'
import { type GitHubState, githubAuth, githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

declare const auth: InstallationSource
declare const receiver: WebhookReceiver<GitHubInstallation>

const router = new Router<GitHubState>()
router.post('/github/webhooks', githubWebhooks(receiver))
router.post('/hooks', verifyGitHubWebhook(receiver), githubAuth(auth), (ctx) => {
  ctx.body = ctx.state.githubWebhook?.name
})
router.get(
  '/orgs/:org',
  githubAuth(auth, { owner: (ctx) => ctx.params.org, authorize: (_, { owner }) => owner === 'acme' }),
  async (ctx) => {
    ctx.body = await ctx.state.github?.identity()
  },
)
new Koa<GitHubState>().use(router.routes())

// @ts-expect-error authorize is required
githubAuth(auth, { owner: () => 'acme' })
