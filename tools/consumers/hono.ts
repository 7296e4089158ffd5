import {
  createGitHubAuth,
  createWebhookReceiver,
  type GitHubInstallation,
  type KeySource,
} from '@hubauth/core'
import { githubAuth, githubWebhooks, verifyGitHubWebhook } from '@hubauth/hono'
import { Hono } from 'hono'

const key: KeySource = { sign: async () => new Uint8Array(256) }
const auth = createGitHubAuth({ appId: 1, key })
const receiver = createWebhookReceiver({ secrets: 'secret', auth })
export const app = new Hono()
app.all('/github/webhooks', githubWebhooks(receiver))
app.post('/hooks', verifyGitHubWebhook(receiver), githubAuth(auth), (c) => {
  const github: GitHubInstallation = c.var.github
  return c.json({ name: c.var.githubWebhook.name, acts: github !== undefined })
})
const owner = githubAuth(auth, { owner: (c) => c.req.param('org'), authorize: () => true })
app.get('/orgs/:org', owner, async (c) => c.json(await c.var.github.identity()))
