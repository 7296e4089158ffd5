// Compiled by `tsc`, never run: what must and must not type-check.
import type { Delivery, GitHubInstallation, InstallationSource, WebhookReceiver } from '@hubauth/core'
import fastify, { type FastifyTypeProvider } from 'fastify'
import { githubAuth, githubWebhooks, verifyGitHubWebhook } from '../src/index.ts'

declare const auth: InstallationSource
declare const receiver: WebhookReceiver
declare const receiverWithGitHub: WebhookReceiver<GitHubInstallation>

const app = fastify()
app.register(githubWebhooks, { receiver, prefix: '/github/webhooks' })
app.register(githubWebhooks, { receiver: receiverWithGitHub })
fastify({ logger: true }).register(githubWebhooks, { receiver })
fastify({ http2: true }).register(githubWebhooks, { receiver })

const hooks = {
  preParsing: verifyGitHubWebhook(receiver, { onError: 'throw' }),
  preHandler: githubAuth(auth),
}
app.post('/hooks', hooks, async (request) => {
  request.githubWebhook satisfies Delivery | undefined
  request.github satisfies GitHubInstallation | undefined
})

// Parameters of a typed route are known in the options.
interface Params {
  readonly org: string
  readonly repo: string
}
const authorize = () => true
const ofRoute = {
  preHandler: githubAuth<{ Params: Params }>(auth, {
    owner: (request) => request.params.org,
    repositories: (request) => [request.params.repo],
    authorize: (request, { owner }) => request.ip === '127.0.0.1' && owner === 'acme',
  }),
}
app.get<{ Params: Params }>('/orgs/:org/:repo', ofRoute, async ({ github }) => github?.identity())
app.get<{ Params: Params }>(
  '/orgs/:org/:repo',
  { preHandler: githubAuth(auth, { owner: (request) => request.params.org, authorize }) },
  async ({ github, params }) => [params.repo, await github?.identity()],
)
app.get<{ Params: Params }>(
  '/orgs/:org/:repo',
  // @ts-expect-error the route has no such parameter
  { preHandler: githubAuth(auth, { owner: (request) => request.params.organization, authorize }) },
  async ({ github }) => github?.identity(),
)
// @ts-expect-error the route has not the parameters that the hook reads
app.get<{ Params: { id: string } }>('/:id', ofRoute, async ({ github }) => github?.identity())

// So are those that a schema declares.
interface FromSchema extends FastifyTypeProvider {
  validator: this['schema'] extends { readonly of: infer Type } ? Type : unknown
}
app.withTypeProvider<FromSchema>().get(
  '/orgs/:org',
  {
    schema: { params: { of: { org: '' } } },
    preHandler: [githubAuth(auth, { owner: (request) => request.params.org, authorize })],
  },
  async ({ github, params }) => [params.org, await github?.identity()],
)

// Where nothing is declared, parameters are texts that may be absent.
const acting = githubAuth(auth, { owner: (request) => request.params.org, authorize })
app.get('/orgs/:org', { preHandler: acting }, async ({ github }) => github?.identity())
app.get<{ Params: { org: string } }>('/orgs/:org', { preHandler: [acting] }, async ({ params }) => params.org)
app.addHook('preHandler', acting)
app.addHook('preHandler', githubAuth(auth))

// @ts-expect-error a receiver is required
app.register(githubWebhooks, { prefix: '/github/webhooks' })
// @ts-expect-error authorize is required
githubAuth(auth, { owner: () => 'acme' })
// @ts-expect-error an installation id is a number
githubAuth(auth, { installationId: (request) => request.params.id, authorize })
// @ts-expect-error there is no third way
verifyGitHubWebhook(receiver, { onError: 'ignore' })
// @ts-expect-error the handle may be absent: nothing put it there
app.get('/', async (request) => request.github.identity())
