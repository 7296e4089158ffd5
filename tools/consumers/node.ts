import { createServer } from 'node:http'
import { createGitHubAuth, createWebhookReceiver } from '@hubauth/core'
import { envKey, fileKey, lambdaWebhooks, nodeWebhooks } from '@hubauth/node'

createGitHubAuth({
  organizations: { acme: { appId: 1, key: fileKey('app.pem') }, globex: { appId: 2, key: envKey('KEY') } },
})
const receiver = createWebhookReceiver({ secrets: 'secret' })
export const server = createServer(nodeWebhooks(receiver))
export const handler = lambdaWebhooks(receiver)
