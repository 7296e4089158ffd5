import { type BotEnvironment, createBot } from '@hubauth/bot'
import { createGitHubAuth, pemKey } from '@hubauth/core'
import { githubWebhooks } from '@hubauth/koa'
import Router from '@koa/router'
import Koa from 'koa'

/** The bot as a Koa app. */
export function createApp({
  GITHUB_APP_ID,
  GITHUB_PRIVATE_KEY,
  GITHUB_WEBHOOK_SECRET,
  GITHUB_API_URL,
}: BotEnvironment): Koa {
  const auth = createGitHubAuth({
    appId: GITHUB_APP_ID,
    key: pemKey(GITHUB_PRIVATE_KEY),
    baseUrl: GITHUB_API_URL,
  })
  const router = new Router()
  router.post('/github/webhooks', githubWebhooks(createBot(auth, GITHUB_WEBHOOK_SECRET)))
  router.get('/healthz', (ctx) => {
    ctx.body = { ok: true }
  })
  const app = new Koa()
  app.use(router.routes())
  return app
}
