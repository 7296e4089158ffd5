// Compiled by `tsc`, never run: what must and must not type-check.
import type { Delivery, GitHubInstallation, InstallationSource, WebhookReceiver } from '@hubauth/core'
import { type Context, Hono } from 'hono'
import { type GitHubVariables, githubAuth, githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

declare const auth: InstallationSource
declare const receiver: WebhookReceiver
declare const receiverWithGitHub: WebhookReceiver<GitHubInstallation>

const app = new Hono()
app.all('/github/webhooks', githubWebhooks(receiver))
app.post('/github/webhooks', githubWebhooks(receiverWithGitHub))

// What the middleware of a route sets is known in its handler.
app.post('/hooks', verifyGitHubWebhook(receiver, { onError: 'throw' }), githubAuth(auth), (c) => {
  c.var.githubWebhook satisfies Delivery
  c.var.github satisfies GitHubInstallation
  return c.text(c.get('githubWebhook').name)
})
const acting = githubAuth(auth, {
  owner: (c) => c.req.param('org'),
  authorize: (_, { owner }) => owner === 'acme',
})
app.get('/orgs/:org', acting, async (c) => c.json(await c.var.github.identity()))
app.get(
  '/orgs/:org',
  githubAuth(auth, { owner: (c) => c.req.param('org'), authorize: () => true }),
  async (c) => c.json(await c.var.github.identity()),
)

// Variables and bindings of the application are known in the options.
interface AppEnv {
  Bindings: { WEBHOOK_SECRET: string }
  Variables: { user: { organizations: readonly string[] } }
}
const typed = new Hono<AppEnv>()
typed.all('/github/webhooks', githubWebhooks(receiver))
typed.get(
  '/orgs/:org',
  githubAuth<AppEnv>(auth, {
    owner: (c) => c.req.param('org'),
    authorize: (c, { owner = '' }) => c.var.user.organizations.includes(owner),
  }),
  async (c) => c.json([c.var.user.organizations, await c.var.github.identity()]),
)
typed.get(
  '/orgs/:org',
  githubAuth(auth, {
    owner: (c: Context<AppEnv>) => c.req.param('org'),
    authorize: (c, { owner = '' }) => c.var.user.organizations.includes(owner),
  }),
  async (c) => c.json([c.var.user.organizations, await c.var.github.identity()]),
)
typed.get('/o/:org', acting, async (c) => c.json([c.var.user.organizations, await c.var.github.identity()]))

// For routes below app.use().
const below = new Hono<{ Variables: GitHubVariables }>()
below.use('/orgs/:org/*', acting)
below.use('/hooks/*', verifyGitHubWebhook(receiver), githubAuth(auth))
below.get('/orgs/:org/repos', async (c) => c.json(await c.var.github.identity()))

// @ts-expect-error authorize is required
githubAuth(auth, { owner: () => 'acme' })
// @ts-expect-error an installation id is a number
githubAuth(auth, { installationId: (c) => c.req.param('id'), authorize: () => true })
// @ts-expect-error there is no third way
verifyGitHubWebhook(receiver, { onError: 'ignore' })
// @ts-expect-error nothing put it there
app.get('/', (c) => c.json(c.var.github.identity()))
