import { createWebhookReceiver, HubauthError } from '@hubauth/core'
import { describeVerifiedRoute, listen, signedDelivery, type VerifiedRouteMount } from '@hubauth/testing'
import koa3, { type Middleware } from 'koa'
import { koaBody } from 'koa-body'
import bodyParser from 'koa-bodyparser'
import koa2 from 'koa2'
import { describe, expect, it } from 'vitest'
import { type GitHubState, verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors } from './app.ts'

const ofAnother = signedDelivery({ secret: 'another secret' })

for (const [name, Koa] of Object.entries({ 'koa 3': koa3, 'koa 2': koa2 })) {
  const after = (...parsers: readonly Middleware[]): VerifiedRouteMount => {
    return async ({ receiver, leavesRefusals, answer }) => {
      const app = new Koa<GitHubState>()
      for (const parser of parsers) app.use(parser)
      app.use(verifyGitHubWebhook(receiver, { onError: leavesRefusals ? 'throw' : 'respond' }))
      app.use((ctx) => {
        ctx.body = answer(ctx.state.githubWebhook)
      })
      const errors = keepErrors(app)
      return { ...(await listen(app.callback())), errors }
    }
  }

  describeVerifiedRoute(name, after(), {
    parsers: [
      { name: 'koa-bodyparser', mount: after(bodyParser()) },
      { name: 'koa-body', mount: after(koaBody()), cure: 'koaBody({ includeUnparsed: true })' },
    ],
  })

  describe(`verifyGitHubWebhook in ${name}, when it throws`, () => {
    const receiver = createWebhookReceiver({ secrets: 'the secret' })
    const throwing = verifyGitHubWebhook(receiver, { onError: 'throw' })

    /** What an application of these answers, and what reaches Koa. */
    async function send(init: RequestInit, ...middleware: readonly Middleware[]) {
      const app = new Koa()
      for (const each of middleware) app.use(each)
      const errors = keepErrors(app)
      const { url, close } = await listen(app.callback())
      const response = await fetch(url, init)
      const answer = [response.status, await response.text()]
      await close()
      return { answer, errors }
    }

    it.each<[string, RequestInit, number]>([
      ['a forgery', ofAnother, 401],
      ['another method', { method: 'PUT' }, 405],
    ])('has Koa tell the sender of %s what to do', async (_, init, status) => {
      const { answer, errors } = await send(init, throwing)
      const [error] = errors
      expect(answer).toEqual([status, HubauthError.isInstance(error) && error.message])
    })

    it('throws to the middleware before it', async () => {
      const seen: unknown[] = []
      const catching: Middleware = async (ctx, next) => {
        await next().catch((error: unknown) => seen.push(error))
        ctx.status = 418
      }
      const { answer, errors } = await send(ofAnother, catching, throwing)
      expect(answer[0]).toBe(418)
      expect(seen).toMatchObject([{ name: 'HubauthError', code: 'WEBHOOK_SIGNATURE_INVALID' }])
      expect(errors).toEqual([])
    })

    it("throws what the receiver rejected with, unchanged, also where that is nobody's to change", async () => {
      const refusal = Object.freeze(new HubauthError('WEBHOOK_METHOD_NOT_ALLOWED', 'GET is not allowed.'))
      const seen: unknown[] = []
      const catching: Middleware = (_ctx, next) => next().catch((error: unknown) => seen.push(error))
      const verify = () => Promise.reject(refusal)
      await send({}, catching, verifyGitHubWebhook({ verify }, { onError: 'throw' }))
      expect(seen).toEqual([refusal])
      expect(seen[0]).toBe(refusal)
    })
  })
}
