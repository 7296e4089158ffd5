import {
  createGitHubAuth,
  createWebhookReceiver,
  type GitHubInstallation,
  type KeySource,
} from '@hubauth/core'
import { githubAuth, githubWebhooks, verifyGitHubWebhook } from '@hubauth/express'
import express from 'express'

const key: KeySource = { sign: async () => new Uint8Array(256) }
const auth = createGitHubAuth({ appId: 1, key })
const receiver = createWebhookReceiver({ secrets: 'secret', auth })
export const app = express()
app.post('/github/webhooks', githubWebhooks(receiver))
app.post(
  '/hooks',
  verifyGitHubWebhook(receiver, { onError: 'next' }),
  githubAuth(auth),
  (request, response) => {
    const github: GitHubInstallation | undefined = request.github
    response.json({ name: request.githubWebhook?.name, acts: github !== undefined })
  },
)
const owner = githubAuth(auth, {
  owner: ({ params }) => params.org,
  authorize: (_, target) => target.owner === 'acme',
})
app.get('/orgs/:org', owner, (request, response) => {
  response.json({ org: request.params.org })
})
// @ts-expect-error Nothing put it there for sure.
app.get('/', (request) => request.github.token())
