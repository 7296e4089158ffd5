import { getRequestListener } from '@hono/node-server'
import { createWebhookReceiver } from '@hubauth/core'
import { describeVerifiedRoute, listen, signedDelivery, type VerifiedRouteMount } from '@hubauth/testing'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { validator } from 'hono/validator'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type GitHubVariables, type VerifyGitHubWebhookOptions, verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors } from './app.ts'

const SECRET = 'the secret'
const BODY = '{ "action": "opened", "title": "caf\\u00e9" }'

type AppContext = Context<{ Variables: GitHubVariables }>

const withoutMiddleware: MiddlewareHandler = (_, next) => next()
const readsPastHono: MiddlewareHandler = (c, next) => c.req.raw.text().then(next)

const after = (before: MiddlewareHandler): VerifiedRouteMount => {
  return async ({ receiver, leavesRefusals, answer }) => {
    const app = new Hono<{ Variables: GitHubVariables }>()
    const errors = keepErrors(app)
    const verifying = verifyGitHubWebhook(receiver, { onError: leavesRefusals ? 'throw' : 'respond' })
    app.all('/hooks', before, verifying, (c) => c.json(answer(c.var.githubWebhook)))
    return { ...(await listen(getRequestListener(app.fetch), '/hooks')), errors }
  }
}

// What Hono hides from senders, it prints.
beforeEach(() => void vi.spyOn(console, 'error').mockImplementation(() => undefined))
afterEach(() => void vi.restoreAllMocks())

describeVerifiedRoute('hono', after(withoutMiddleware), {
  parsers: [
    { name: 'c.req.json()', mount: after((c, next) => c.req.json().then(next)) },
    { name: 'c.req.raw.text()', mount: after(readsPastHono), cure: 'c.req.arrayBuffer()' },
  ],
})

interface Setup extends VerifyGitHubWebhookOptions {
  readonly before?: MiddlewareHandler
  readonly route?: (c: AppContext) => Promise<Response>
}

describe('verifyGitHubWebhook', () => {
  async function start({ before = withoutMiddleware, route, ...options }: Setup = {}) {
    const receiver = createWebhookReceiver({ secrets: SECRET })
    const app = new Hono<{ Variables: GitHubVariables }>()
    const errors = keepErrors(app)
    app.all(
      '/hooks',
      before,
      verifyGitHubWebhook(receiver, options),
      route ?? (async (c) => c.text('passed')),
    )
    const { url, close } = await listen(getRequestListener(app.fetch), '/hooks')
    return { send: (init: RequestInit) => fetch(url, init), close, errors }
  }

  const readers: readonly (readonly [string, (c: Context) => Promise<unknown>, unknown])[] = [
    ['c.req.json()', (c) => c.req.json(), { action: 'opened', title: 'café' }],
    ['c.req.text()', (c) => c.req.text(), BODY],
    ['c.req.raw.json()', (c) => c.req.raw.json(), { action: 'opened', title: 'café' }],
    ['c.req.raw.text()', (c) => c.req.raw.text(), BODY],
    ['a clone of c.req.raw', (c) => c.req.raw.clone().text(), BODY],
  ]

  it.each(readers)('leaves the body to %s', async (_, read, expected) => {
    const { send, close } = await start({ route: async (c) => c.json(await read(c)) })
    const response = await send(signedDelivery({ secret: SECRET, body: BODY }))
    expect(await response.json()).toEqual(expected)
    await close()
  })

  it('leaves the body to the parser of forms', async () => {
    const { send, close } = await start({ route: async (c) => c.json(await c.req.parseBody()) })
    const delivery = signedDelivery({ secret: SECRET, contentType: 'form', payload: { a: 'b c' } })
    expect(await (await send(delivery)).json()).toEqual({ payload: '{"a":"b c"}' })
    await close()
  })

  it.each<[string, MiddlewareHandler]>([
    ['c.req.json()', (c, next) => c.req.json().then(next)],
    ['a validator', validator('json', (value) => value)],
  ])('works after %s, and leaves the body to the route again', async (_, before) => {
    const route = async (c: AppContext) =>
      c.json([c.var.githubWebhook.name, await c.req.json(), await c.req.raw.json()])
    const { send, close } = await start({ before, route })
    const body = { action: 'opened', title: 'café' }
    const response = await send(signedDelivery({ secret: SECRET, body: BODY }))
    expect(await response.json()).toEqual(['issues.opened', body, body])
    await close()
  })

  it('throws refusals as exceptions of Hono, which answer as a receiver does', async () => {
    const { send, close, errors } = await start({ onError: 'throw' })
    const refused = await send(signedDelivery({ secret: 'another secret' }))
    const code = 'WEBHOOK_SIGNATURE_INVALID'
    expect([refused.status, await refused.json()]).toMatchObject([401, { error: { code } }])
    expect(errors).toMatchObject([{ cause: { name: 'HubauthError', code } }])
    expect(errors[0]).toBeInstanceOf(HTTPException)
    await close()
  })

  it('throws what is the fault of the application as it is', async () => {
    const { send, close, errors } = await start({ onError: 'throw', before: readsPastHono })
    const response = await send(signedDelivery({ secret: SECRET }))
    expect([response.status, await response.text()]).toEqual([500, 'Internal Server Error'])
    expect(errors).toMatchObject([{ name: 'HubauthError', code: 'WEBHOOK_BODY_CONSUMED' }])
    await close()
  })
})
