import { createWebhookReceiver, HubauthError } from '@hubauth/core'
import { signedDelivery, tamperings } from '@hubauth/testing'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { validator } from 'hono/validator'
import { describe, expect, it } from 'vitest'
import { type GitHubVariables, type VerifyGitHubWebhookOptions, verifyGitHubWebhook } from '../src/index.ts'
import { listen } from './listen.ts'

const SECRET = 'the secret'
const BODY = '{ "action": "opened", "title": "caf\\u00e9" }'

type AppContext = Context<{ Variables: GitHubVariables }>

interface Setup extends VerifyGitHubWebhookOptions {
  readonly before?: MiddlewareHandler
  readonly route?: (c: AppContext) => Promise<Response>
  /** Keeps what reaches `app.onError`. */
  readonly errors?: unknown[]
}

const echo = async (c: AppContext) => {
  const { name, body } = c.var.githubWebhook
  return c.json({ name, body: Buffer.from(body).toString() })
}

describe('verifyGitHubWebhook', () => {
  async function start({ before, route = echo, errors, ...options }: Setup = {}) {
    const receiver = createWebhookReceiver({ secrets: SECRET, maxBytes: 1_000 })
    const app = new Hono<{ Variables: GitHubVariables }>()
    if (before !== undefined) app.use(before)
    app.all('/hooks', verifyGitHubWebhook(receiver, options), route)
    if (errors !== undefined)
      app.onError((error, c) => {
        errors.push(error)
        return error instanceof HTTPException ? error.getResponse() : c.text('failed', 500)
      })
    const { url, close } = await listen(app, '/hooks')
    return { send: (init: RequestInit) => fetch(url, init), close }
  }

  it('sets the delivery and goes on', async () => {
    const { send, close } = await start()
    const response = await send(signedDelivery({ secret: SECRET, body: BODY }))
    expect(await response.json()).toEqual({ name: 'issues.opened', body: BODY })
    await close()
  })

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

  it.each(tamperings)('answers 401 by itself to a delivery with $name', async ({ apply }) => {
    const errors: unknown[] = []
    const { send, close } = await start({ errors })
    const response = await send(apply(signedDelivery({ secret: SECRET })))
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({
      error: { code: expect.stringMatching(/^WEBHOOK_SIGNATURE_/) },
    })
    expect(errors).toEqual([])
    await close()
  })

  it('answers 405 with what is allowed, 413 and 415 by itself', async () => {
    const { send, close } = await start()
    const get = await send({ method: 'GET' })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await send(signedDelivery({ secret: SECRET, body: 'x'.repeat(2_000) }))).status).toBe(413)
    expect((await send({ method: 'POST', body: 'text' })).status).toBe(415)
    await close()
  })

  it('answers 500 at once, naming the cure, when something read the body past Hono', async () => {
    const { send, close } = await start({ before: (c, next) => c.req.raw.text().then(next) })
    const response = await send(signedDelivery({ secret: SECRET }))
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('c.req.arrayBuffer()')
    await close()
  })

  it('leaves refusals to app.onError when asked to', async () => {
    const errors: unknown[] = []
    const { send, close } = await start({ onError: 'throw', errors })
    const refused = await send(signedDelivery({ secret: 'another secret' }))
    expect([refused.status, await refused.json()]).toMatchObject([
      401,
      { error: { code: 'WEBHOOK_SIGNATURE_INVALID' } },
    ])
    const get = await send({ method: 'GET' })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect(errors.every((error) => error instanceof HTTPException)).toBe(true)
    expect(errors.every((error) => HubauthError.isInstance((error as HTTPException).cause))).toBe(true)
    await close()
  })

  it('leaves what is not a refusal to app.onError as it is', async () => {
    const errors: unknown[] = []
    const before: MiddlewareHandler = (c, next) => c.req.raw.text().then(next)
    const { send, close } = await start({ onError: 'throw', errors, before })
    const response = await send(signedDelivery({ secret: SECRET }))
    expect([response.status, await response.text()]).toEqual([500, 'failed'])
    expect(errors).toMatchObject([{ code: 'WEBHOOK_BODY_CONSUMED' }])
    const broken = new Hono()
    broken.post('/', verifyGitHubWebhook({ verify: () => Promise.reject(new Error('broken')) }))
    broken.onError((error, c) => c.text(error.message, 500))
    expect(await (await broken.request('/', { method: 'POST' })).text()).toBe('broken')
    await close()
  })
})
