import type { InstallationSource } from '@hubauth/core'
import { githubWebhooks } from '@hubauth/express'
import express, { type Express } from 'express'
import { createBot } from './bot.ts'

/** The bot as an Express app. The webhook comes before any body parser: its signature is over the bytes. */
export function createApp(auth: InstallationSource, secrets: string | readonly string[]): Express {
  const app = express()
  app.disable('x-powered-by')
  app.post('/github/webhooks', githubWebhooks(createBot(auth, secrets)))
  app.use(express.json())
  app.get('/healthz', (_request, response) => {
    response.json({ ok: true })
  })
  return app
}
