import { createWebhookReceiver, HubauthError } from '@hubauth/core'
import { signedDelivery, tamperings } from '@hubauth/testing'
import koa3, { type Middleware } from 'koa'
import { koaBody } from 'koa-body'
import bodyParser from 'koa-bodyparser'
import koa2 from 'koa2'
import { describe, expect, it } from 'vitest'
import { type GitHubState, type VerifyGitHubWebhookOptions, verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors } from './app.ts'
import { listen } from './listen.ts'

const SECRET = 'the secret'
const echo: Middleware<GitHubState> = (ctx) => {
  const { githubWebhook } = ctx.state
  ctx.body = { name: githubWebhook?.name, body: Buffer.from(githubWebhook?.body ?? []).toString() }
}

describe.each([
  ['koa 3', koa3],
  ['koa 2', koa2],
])('verifyGitHubWebhook in %s', (_, Koa) => {
  async function start(options?: VerifyGitHubWebhookOptions, ...before: readonly Middleware[]) {
    const receiver = createWebhookReceiver({ secrets: SECRET, maxBytes: 1_000 })
    const app = new Koa()
    for (const middleware of before) app.use(middleware)
    app.use(verifyGitHubWebhook(receiver, options)).use(echo)
    const errors = keepErrors(app)
    const { url, close } = await listen(app.callback())
    return { send: (init: RequestInit) => fetch(url, init), close, errors }
  }

  it.each([
    ['nothing', []],
    ['koa-bodyparser', [bodyParser()]],
  ])('puts the delivery on the state and goes on, after %s', async (_, before) => {
    const { send, close } = await start({}, ...before)
    const body = '{ "action": "opened", "title": "caf\\u00e9" }'
    const response = await send(signedDelivery({ secret: SECRET, body }))
    expect(await response.json()).toEqual({ name: 'issues.opened', body })
    await close()
  })

  it.each(tamperings)('answers 401 by itself to a delivery with $name', async ({ apply }) => {
    const { send, close, errors } = await start()
    const response = await send(apply(signedDelivery({ secret: SECRET })))
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({
      error: { code: expect.stringMatching(/^WEBHOOK_SIGNATURE_/) },
    })
    expect(errors).toEqual([])
    await close()
  })

  it('answers 405 with what is allowed, 413 and 415 by itself', async () => {
    const { send, close, errors } = await start()
    const get = await send({ method: 'GET' })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await send(signedDelivery({ secret: SECRET, body: 'x'.repeat(2_000) }))).status).toBe(413)
    expect((await send({ method: 'POST', body: 'text' })).status).toBe(415)
    expect(errors).toEqual([])
    await close()
  })

  it('answers 500 at once, naming the cure, when a parser ran first that keeps nothing', async () => {
    const { send, close } = await start({}, koaBody())
    const response = await send(signedDelivery({ secret: SECRET }))
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('koaBody({ includeUnparsed: true })')
    await close()
  })

  it('throws refusals when asked to, and Koa answers them', async () => {
    const { send, close, errors } = await start({ onError: 'throw' })
    const response = await send(signedDelivery({ secret: 'another secret' }))
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('Use the same secret here and in the webhook settings')
    expect(errors).toMatchObject([{ name: 'HubauthError', code: 'WEBHOOK_SIGNATURE_INVALID', status: 401 }])
    await close()
  })

  it('throws refusals to the middleware before it', async () => {
    const seen: unknown[] = []
    const { send, close, errors } = await start({ onError: 'throw' }, async (ctx, next) => {
      try {
        await next()
      } catch (error) {
        seen.push(error)
        ctx.status = 418
      }
    })
    expect((await send(signedDelivery({ secret: 'another secret' }))).status).toBe(418)
    expect(HubauthError.isInstance(seen[0]) && seen[0].code).toBe('WEBHOOK_SIGNATURE_INVALID')
    expect(errors).toEqual([])
    await close()
  })

  it('says what is allowed, and is a HubauthError, when it throws the refusal of a method', async () => {
    const { send, close, errors } = await start({ onError: 'throw' })
    const response = await send({ method: 'PUT' })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(await response.text()).toContain('Send deliveries with POST')
    const [error] = errors
    expect(HubauthError.isInstance(error) && error.code).toBe('WEBHOOK_METHOD_NOT_ALLOWED')
    await close()
  })

  it("throws what the receiver rejected with, unchanged, also where that is nobody's to change", async () => {
    const refusal = Object.freeze(new HubauthError('WEBHOOK_METHOD_NOT_ALLOWED', 'GET is not allowed.'))
    const app = new Koa()
    app.use(async (ctx, next) => {
      const error = await next().catch((reason: unknown) => reason)
      ctx.body = { status: (error as HubauthError).status, code: (error as HubauthError).code }
    })
    app.use(verifyGitHubWebhook({ verify: () => Promise.reject(refusal) }, { onError: 'throw' }))
    const { url, close } = await listen(app.callback())
    expect(await (await fetch(url)).json()).toEqual({ status: 405, code: 'WEBHOOK_METHOD_NOT_ALLOWED' })
    await close()
  })

  it('throws what is not a refusal in any case', async () => {
    const app = new Koa()
    app.use(verifyGitHubWebhook({ verify: () => Promise.reject(new Error('broken')) })).use(echo)
    const errors = keepErrors(app)
    const { url, close } = await listen(app.callback())
    const response = await fetch(url, { method: 'POST' })
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(errors).toMatchObject([{ message: 'broken' }])
    await close()
  })
})
