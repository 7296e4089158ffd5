import { type BotEnvironment, createBot } from '@hubauth/bot'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { githubWebhooks } from '@hubauth/express'
import express, { type Express } from 'express'

/** The bot as an Express app. The webhook comes before any body parser: its signature is over the bytes. */
export function createApp({
  GITHUB_APP_ID,
  GITHUB_PRIVATE_KEY,
  GITHUB_WEBHOOK_SECRET,
  GITHUB_API_URL,
}: BotEnvironment): Express {
  const auth = createGitHubAuth({
    appId: GITHUB_APP_ID,
    key: pemKey(GITHUB_PRIVATE_KEY),
    baseUrl: GITHUB_API_URL,
  })
  const app = express()
  app.disable('x-powered-by')
  app.post('/github/webhooks', githubWebhooks(createBot(auth, GITHUB_WEBHOOK_SECRET)))
  app.use(express.json())
  app.get('/healthz', (_request, response) => {
    response.json({ ok: true })
  })
  return app
}
