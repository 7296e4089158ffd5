import { createGitHubAuth, createWebhookReceiver, type KeySource } from '@hubauth/core'
import { type GitHubState, githubAuth, githubWebhooks, verifyGitHubWebhook } from '@hubauth/koa'
import Koa from 'koa'

const key: KeySource = { sign: async () => new Uint8Array(256) }
const auth = createGitHubAuth({ appId: 1, key })
const receiver = createWebhookReceiver({ secrets: 'secret', auth })
export const app = new Koa<GitHubState>()
app.use(verifyGitHubWebhook(receiver, { onError: 'throw' }))
app.use(githubAuth(auth))
app.use(githubAuth(auth, { owner: (ctx) => ctx.get('x-org'), authorize: () => true }))
app.use(async (ctx, next) => {
  ctx.body = { name: ctx.state.githubWebhook?.name, identity: await ctx.state.github?.identity() }
  // @ts-expect-error Nothing put it there for sure.
  void (() => ctx.state.github.token())
  return next()
})
app.use(githubWebhooks(receiver))
export const untyped = new Koa().use(githubAuth(auth)).use(githubWebhooks(receiver))
