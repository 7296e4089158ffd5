import { connect as connectHttp2 } from 'node:http2'
import { createGunzip } from 'node:zlib'
import { createWebhookReceiver } from '@hubauth/core'
import { signedDelivery } from '@hubauth/testing'
import fastify, { type FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { githubWebhooks } from '../src/index.ts'
import { listen } from './listen.ts'

const SECRET = 'the secret'
const PATH = '/github/webhooks'

function handledBy() {
  const handled: string[] = []
  const receiver = createWebhookReceiver({ secrets: SECRET, maxBytes: 1_000 })
  receiver.on('*', ({ name }) => handled.push(name))
  return { receiver, handled }
}

function appWith(build: (app: FastifyInstance) => void = () => undefined) {
  const app = fastify({ bodyLimit: 50 })
  build(app)
  const { receiver, handled } = handledBy()
  app.register(githubWebhooks, { receiver, prefix: PATH })
  return { app, handled }
}

/** A delivery as `app.inject` takes it. */
const injected = (url: string, delivery = signedDelivery({ secret: SECRET })) => {
  return { method: 'POST' as const, url, headers: delivery.headers, body: Buffer.from(delivery.body) }
}

describe('githubWebhooks', () => {
  it.each([PATH, `${PATH}/`, `${PATH}?source=app`])('answers at %s', async (url) => {
    const { app, handled } = appWith()
    const response = await app.inject(injected(url))
    expect([response.statusCode, response.json()]).toEqual([200, { status: 'handled' }])
    expect(handled).toEqual(['issues.opened'])
    await app.close()
  })

  it('answers nothing beside its prefix', async () => {
    const { app, handled } = appWith()
    for (const url of ['/', '/github', `${PATH}/other`, `${PATH}s`])
      expect((await app.inject({ method: 'POST', url, body: {} })).statusCode).toBe(404)
    expect(handled).toEqual([])
    await app.close()
  })

  it('answers requests of app.inject as it answers those of the network', async () => {
    const { app, handled } = appWith()
    const { headers, ...delivery } = injected(PATH)
    const says = async (request: object) => {
      const response = await app.inject({ ...delivery, headers, ...request })
      return [response.statusCode, response.json().error.code]
    }
    expect(await says({ method: 'GET', body: undefined })).toEqual([405, 'WEBHOOK_METHOD_NOT_ALLOWED'])
    expect(await says({ headers: { ...headers, 'content-type': 'text/plain' } })).toEqual([
      415,
      'WEBHOOK_CONTENT_TYPE',
    ])
    expect(await says({ body: 'x'.repeat(2_000) })).toEqual([413, 'WEBHOOK_BODY_TOO_LARGE'])
    expect(await says({ body: '{}' })).toEqual([401, 'WEBHOOK_SIGNATURE_INVALID'])
    expect(await says({ body: '' })).toEqual([401, 'WEBHOOK_SIGNATURE_INVALID'])
    expect(handled).toEqual([])
    await app.close()
  })

  it.each(['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const)(
    'allows POST to %s',
    async (method) => {
      const { app } = appWith()
      const response = await app.inject({ method, url: PATH })
      expect([response.statusCode, response.headers.allow]).toEqual([405, 'POST'])
      await app.close()
    },
  )

  it.each(['json', 'application/', ';', 'application/json x'])(
    'answers 415 to a content type that is none: %s',
    async (type) => {
      const { app, handled } = appWith()
      const { headers, ...delivery } = injected(PATH)
      const response = await app.inject({ ...delivery, headers: { ...headers, 'content-type': type } })
      expect(response.statusCode).toBe(415)
      expect(handled).toEqual([])
      await app.close()
    },
  )

  it('leaves parsers and the bodyLimit of other routes as they are', async () => {
    const { app } = appWith((app) => app.post('/echo', async ({ body }) => body))
    const echo = (body: object) => app.inject({ method: 'POST', url: '/echo', body })
    expect((await echo({ a: 1 })).json()).toEqual({ a: 1 })
    expect((await echo({ a: 'x'.repeat(50) })).statusCode).toBe(413)
    await app.close()
  })

  it("runs the application's hooks: what they refuse is not handled, and onSend sees the answer", async () => {
    const sent: unknown[] = []
    const { app, handled } = appWith((app) => {
      app.addHook('preHandler', async ({ headers }, reply) => {
        if (headers['x-refuse'] !== undefined) return reply.code(418).send({})
      })
      app.addHook('onSend', async (_request, _reply, payload) => void sent.push(payload))
    })
    const { url, close } = await listen(app, PATH)
    const { headers, ...delivery } = signedDelivery({ secret: SECRET })
    const refused = await fetch(url, { ...delivery, headers: { ...headers, 'x-refuse': 'yes' } })
    expect(refused.status).toBe(418)
    expect(handled).toEqual([])
    expect((await fetch(url, { ...delivery, headers })).status).toBe(200)
    expect(sent).toEqual(['{}', '{"status":"handled"}'])
    await close()
  })

  it('outlives what a hook cannot decompress of a request that is refused unread', async () => {
    const failures: unknown[] = []
    const { app } = appWith((app) => {
      app.addHook('preParsing', async (_request, _reply, payload) => {
        const inflated = payload.pipe(createGunzip())
        // Adds no listener, as hooks do that leave errors to who reads.
        failures.push(new Promise((resolve) => inflated.once('close', () => resolve(inflated.errored))))
        return inflated
      })
    })
    const { headers, body } = signedDelivery({ secret: SECRET })
    const { 'x-hub-signature-256': _, ...unsigned } = headers
    const { url, close } = await listen(app, PATH)
    const response = await fetch(url, { method: 'POST', headers: unsigned, body })
    expect(response.status).toBe(401)
    expect(await Promise.all(failures)).toMatchObject([{ code: 'Z_DATA_ERROR' }])
    await close()
  })

  it('answers over HTTP/2', async () => {
    const app = fastify({ http2: true })
    const { receiver, handled } = handledBy()
    app.register(githubWebhooks, { receiver, prefix: PATH })
    const session = connectHttp2(await app.listen({ host: '127.0.0.1', port: 0 }))
    const send = (method: string, body: Uint8Array, headers: object = {}) =>
      new Promise<readonly unknown[]>((resolve, reject) => {
        const stream = session.request({ ':method': method, ':path': PATH, ...headers })
        const chunks: Buffer[] = []
        let status: unknown
        stream.on('response', (answer) => {
          status = answer[':status']
        })
        stream.on('data', (chunk) => chunks.push(chunk)).on('error', reject)
        stream.on('end', () => {
          const { status: outcome, error } = JSON.parse(Buffer.concat(chunks).toString())
          resolve([status, outcome ?? error.code])
        })
        if (!stream.writableEnded) stream.end(body)
      })
    const { headers, body } = signedDelivery({ secret: SECRET })
    const large = new Uint8Array(1_000_000)
    expect(await send('POST', body, headers)).toEqual([200, 'handled'])
    expect(await send('GET', new Uint8Array())).toEqual([405, 'WEBHOOK_METHOD_NOT_ALLOWED'])
    expect(await send('PUT', large, headers)).toEqual([405, 'WEBHOOK_METHOD_NOT_ALLOWED'])
    expect(await send('POST', large, headers)).toEqual([413, 'WEBHOOK_BODY_TOO_LARGE'])
    expect(await send('POST', large, { ...headers, 'content-type': 'text/plain' })).toEqual([
      415,
      'WEBHOOK_CONTENT_TYPE',
    ])
    expect(handled).toEqual(['issues.opened'])
    session.close()
    await app.close()
  })
})
