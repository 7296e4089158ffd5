import { once } from 'node:events'
import { type IncomingMessage, request as startRequest } from 'node:http'
import { text } from 'node:stream/consumers'
import { gzipSync } from 'node:zlib'
import { createWebhookReceiver, HubauthError } from '@hubauth/core'
import { listen, signedDelivery } from '@hubauth/testing'
import koa3, { type Middleware } from 'koa'
import bodyParser from 'koa-bodyparser'
import koa2 from 'koa2'
import { describe, expect, it } from 'vitest'
import { githubWebhooks } from '../src/index.ts'
import { keepErrors } from './app.ts'

const SECRET = 'the secret'
const JSON_TYPE = 'application/json; charset=utf-8'

/** What a logger would write. */
interface Line {
  readonly status: number
  readonly body: unknown
  readonly type: string
  readonly length: number
}

describe.each([
  ['koa 3', koa3],
  ['koa 2', koa2],
])('the answer of githubWebhooks in %s', (_, Koa) => {
  async function start(...before: readonly Middleware[]) {
    const receiver = createWebhookReceiver({ secrets: SECRET })
    const handled: unknown[] = []
    receiver.on('issues', (delivery) => handled.push(delivery))
    const app = new Koa()
    const errors = keepErrors(app)
    const log: Line[] = []
    app.use(async (ctx, next) => {
      ctx.set('x-request-id', 'request-1')
      await next()
      log.push({
        status: ctx.status,
        body: ctx.body,
        type: ctx.response.get('content-type'),
        length: ctx.length,
      })
    })
    for (const middleware of before) app.use(middleware)
    let passed = 0
    app.use(githubWebhooks(receiver)).use(() => {
      passed += 1
    })
    const { url, close } = await listen(app.callback())
    return { url, close, errors, log, handled, passed: () => passed }
  }

  /** Sends the headers and half of a body that is refused for its type, and leaves the rest to the test. */
  async function startUpload(url: string) {
    const upload = startRequest(url, { method: 'POST', headers: { 'content-length': 8 }, agent: false })
    upload.write('half')
    const [response] = (await once(upload, 'response')) as [IncomingMessage]
    return { upload, response }
  }

  it('is seen by the middleware before it, which may add to it', async () => {
    const { url, close, log } = await start()
    const response = await fetch(url, signedDelivery({ secret: SECRET }))
    const body = '{"status":"handled"}'
    expect([response.status, await response.text()]).toEqual([200, body])
    expect(response.headers.get('x-request-id')).toBe('request-1')
    expect(log).toEqual([{ status: 200, body, type: JSON_TYPE, length: body.length }])
    await close()
  })

  it('may be compressed by the middleware before it', async () => {
    const { url, close } = await start(async (ctx, next) => {
      await next()
      ctx.body = gzipSync(String(ctx.body))
      ctx.set('content-encoding', 'gzip')
    })
    const response = await fetch(url, signedDelivery({ secret: SECRET }))
    expect(response.headers.get('content-encoding')).toBe('gzip')
    expect(await response.json()).toEqual({ status: 'handled' })
    await close()
  })

  it('is read and logged while the upload still goes on', async () => {
    const { url, close, log, errors } = await start()
    const { upload, response } = await startUpload(url)
    upload.end('half')
    const body = await text(response)
    expect([response.statusCode, JSON.parse(body).error.code]).toEqual([415, 'WEBHOOK_CONTENT_TYPE'])
    expect(response.headers).toMatchObject({
      'content-type': JSON_TYPE,
      'content-length': String(Buffer.byteLength(body)),
      'x-request-id': 'request-1',
    })
    expect(log).toEqual([{ status: 415, body, type: JSON_TYPE, length: body.length }])
    expect(errors).toEqual([])
    await close()
  })

  it('is not touched by middleware before it that comes too late', async () => {
    const { url, close, errors } = await start(async (ctx, next) => {
      await next()
      ctx.status = 500
      ctx.body = { wrapped: ctx.body }
      ctx.set('x-late', 'true')
    })
    const { upload, response } = await startUpload(url)
    upload.end('half')
    expect([response.statusCode, JSON.parse(await text(response)).error.code]).toEqual([
      415,
      'WEBHOOK_CONTENT_TYPE',
    ])
    expect(errors).toEqual([])
    await close()
  })

  it.each(['GET', 'HEAD', 'OPTIONS', 'PATCH'])('to %s says what is allowed', async (method) => {
    const { url, close, log } = await start()
    const response = await fetch(url, { method })
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    expect(response.headers.get('content-length')).toBe(String(log[0]?.length))
    expect((await response.text()) === '').toBe(method === 'HEAD')
    await close()
  })

  it('is the end: nothing after it runs', async () => {
    const { url, close, passed } = await start()
    await fetch(url, signedDelivery({ secret: SECRET }))
    await fetch(url, signedDelivery({ secret: 'another secret' }))
    await fetch(url)
    expect(passed()).toBe(0)
    await close()
  })

  it.each([
    ['that would be handled', signedDelivery({ secret: SECRET }).headers],
    ['that is refused', {}],
  ])('to an upload %s and is cut off is no error of the webhook', async (_, headers) => {
    let ended: () => void = () => undefined
    const end = new Promise<void>((resolve) => {
      ended = resolve
    })
    const { url, close, errors, handled } = await start(async (_ctx, next) => {
      await next()
      ended()
    })
    const upload = startRequest(url, { method: 'POST', headers: { ...headers, 'content-length': 8 } })
    upload.on('error', () => undefined)
    upload.write('half', () => upload.destroy())
    await end
    await close()
    // Koa itself tells of the connection.
    expect([errors.filter(HubauthError.isInstance), handled]).toEqual([[], []])
  })

  it("is the parser's to a body above the parser's limit, which can be raised", async () => {
    const large = signedDelivery({ secret: SECRET, payload: { text: 'x'.repeat(2_000_000) } })
    const limited = await start(bodyParser())
    expect((await fetch(limited.url, large)).status).toBe(413)
    expect(limited.errors).toMatchObject([{ type: 'entity.too.large' }])
    await limited.close()
    const raised = await start(bodyParser({ jsonLimit: '25mb' }))
    expect((await fetch(raised.url, large)).status).toBe(200)
    expect([limited.handled.length, raised.handled.length]).toEqual([0, 1])
    await raised.close()
  })
})
