import { createGitHubAuth, createWebhookReceiver, type KeySource } from '@hubauth/core'
import { githubAuth, githubWebhooks, verifyGitHubWebhook } from '@hubauth/fastify'
import Fastify from 'fastify'

const key: KeySource = { sign: async () => new Uint8Array(256) }
const auth = createGitHubAuth({ appId: 1, key })
const receiver = createWebhookReceiver({ secrets: 'secret', auth })
export const app = Fastify()
app.register(githubWebhooks, { receiver, prefix: '/github/webhooks' })
const preHandler = githubAuth(auth, { owner: ({ params }) => params.org, authorize: () => true })
app.get('/orgs/:org', { preHandler }, async (request) => request.github?.identity())
// @ts-expect-error Nothing put it there for sure.
app.get('/', async (request) => request.github.token())
// @ts-expect-error There is nothing to mount without a receiver.
void (() => app.register(githubWebhooks, { prefix: '/hooks' }))

export { verifyGitHubWebhook }
