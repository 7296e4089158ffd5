import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createWebhookReceiver, HubauthError } from '@hubauth/core'
import { signedDelivery, tamperings } from '@hubauth/testing'
import fastify, { type FastifyInstance } from 'fastify'
import rawBody from 'fastify-raw-body'
import { describe, expect, it } from 'vitest'
import { type VerifyGitHubWebhookOptions, verifyGitHubWebhook } from '../src/index.ts'
import { listen } from './listen.ts'

const SECRET = 'the secret'
const MIB = 1_024 * 1_024

interface Setup extends VerifyGitHubWebhookOptions {
  readonly before?: (app: FastifyInstance) => unknown
  readonly bodyLimit?: number
  readonly maxBytes?: number
}

describe('verifyGitHubWebhook', () => {
  async function start({ before, bodyLimit = 25 * MIB, maxBytes, ...options }: Setup = {}) {
    const receiver = createWebhookReceiver({ secrets: SECRET, maxBytes })
    const app = fastify()
    const errors: unknown[] = []
    app.setErrorHandler((error, _request, reply) => {
      errors.push(error)
      reply.send(error)
    })
    await before?.(app)
    const preParsing = verifyGitHubWebhook(receiver, options)
    app.all('/hooks', { preParsing, bodyLimit }, async ({ githubWebhook, body }) => ({
      name: githubWebhook?.name,
      bytes: Buffer.from(githubWebhook?.body ?? []).toString('base64'),
      body,
    }))
    const { url, close } = await listen(app, '/hooks')
    return { send: (init: RequestInit) => fetch(url, init), close, errors, app }
  }

  const bodyOf = (payload: object) => ({ secret: SECRET, body: JSON.stringify(payload) })

  it('sets the delivery, and leaves the body to the parser of the route', async () => {
    const { send, close } = await start()
    const body = '{ "action": "opened", "title": "caf\\u00e9" }'
    const response = await send(signedDelivery({ secret: SECRET, body }))
    expect(await response.json()).toEqual({
      name: 'issues.opened',
      bytes: Buffer.from(body).toString('base64'),
      body: { action: 'opened', title: 'café' },
    })
    await close()
  })

  it('leaves the body to a parser for forms', async () => {
    const { send, close } = await start({
      before: (app) =>
        app.addContentTypeParser(
          'application/x-www-form-urlencoded',
          { parseAs: 'string' },
          (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
        ),
    })
    const response = await send(signedDelivery({ secret: SECRET, contentType: 'form', payload: { a: 1 } }))
    expect(await response.json()).toMatchObject({ name: 'issues', body: { payload: '{"a":1}' } })
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
    const { send, close } = await start({ maxBytes: 1_000 })
    const get = await send({ method: 'GET' })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    const large = signedDelivery({ secret: SECRET, body: 'x'.repeat(10 * MIB) })
    expect((await send(large)).status).toBe(413)
    expect((await send({ ...large, headers: { 'content-type': 'text/plain' } })).status).toBe(415)
    await close()
  })

  it('stops reading at the bodyLimit of the route', async () => {
    const { send, close, app } = await start({ bodyLimit: MIB })
    const delivery = signedDelivery(bodyOf({ text: 'x'.repeat(2 * MIB) }))
    expect((await send(delivery)).status).toBe(413)
    const pieces = {
      ...delivery,
      method: 'POST' as const,
      url: '/hooks',
      body: Readable.from([delivery.body]),
    }
    expect((await app.inject(pieces)).json()).toMatchObject({ error: { code: 'WEBHOOK_BODY_TOO_LARGE' } })
    await close()
  })

  it('takes what GitHub sends at most where the route does', async () => {
    const { send, close } = await start()
    const response = await send(signedDelivery(bodyOf({ text: 'x'.repeat(20 * MIB) })))
    expect(response.status).toBe(200)
    await response.body?.cancel()
    await close()
  })

  it.each<[string, (app: FastifyInstance) => unknown]>([
    ['fastify-raw-body', (app) => app.register(rawBody)],
    ['fastify-raw-body with runFirst', (app) => app.register(rawBody, { runFirst: true })],
    [
      'a hook that hands on another stream',
      (app) =>
        app.addHook('preParsing', async (_request, _reply, payload) => {
          const chunks: Buffer[] = []
          for await (const chunk of payload) chunks.push(chunk)
          return Readable.from([Buffer.concat(chunks)])
        }),
    ],
  ])('works after %s', async (_, before) => {
    const { send, close } = await start({ before, bodyLimit: MIB })
    const response = await send(signedDelivery(bodyOf({ a: 1 })))
    expect(await response.json()).toMatchObject({ name: 'issues', body: { a: 1 } })
    expect((await send(signedDelivery({ secret: 'another secret' }))).status).toBe(401)
    expect((await send(signedDelivery(bodyOf({ text: 'x'.repeat(2 * MIB) })))).status).toBe(413)
    await close()
  })

  it('works after a hook that decompresses, when what was compressed is what was signed', async () => {
    const { send, close } = await start({
      before: (app) =>
        app.addHook('preParsing', async (_request, _reply, payload) => {
          const chunks: Buffer[] = []
          for await (const chunk of payload) chunks.push(chunk)
          const sent = Buffer.concat(chunks)
          return Object.assign(Readable.from([gunzipSync(sent)]), { receivedEncodedLength: sent.length })
        }),
    })
    const { body, ...delivery } = signedDelivery(bodyOf({ text: 'x'.repeat(10_000) }))
    const response = await send({ ...delivery, body: gzipSync(body) })
    expect(await response.json()).toMatchObject({ name: 'issues', body: { text: 'x'.repeat(10_000) } })
    await close()
  })

  it('answers 500 at once, naming the cure, when a hook has read the body and kept nothing', async () => {
    const { send, close } = await start({
      before: (app) =>
        app.addHook('preParsing', async (_request, _reply, payload) => {
          for await (const _ of payload);
        }),
    })
    const response = await send(signedDelivery({ secret: SECRET }))
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('request.rawBody')
    await close()
  })

  it("leaves refusals to the application's error handler when asked to", async () => {
    const { send, close, errors } = await start({ onError: 'throw' })
    const refused = await send(signedDelivery({ secret: 'another secret' }))
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'WEBHOOK_SIGNATURE_INVALID' }])
    const get = await send({ method: 'GET' })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect(errors.every(HubauthError.isInstance)).toBe(true)
    expect(errors).toMatchObject([{ statusCode: 401 }, { statusCode: 405 }])
    await close()
  })

  it('leaves what is not a refusal to the error handler in any case', async () => {
    const app = fastify()
    const preParsing = verifyGitHubWebhook({ verify: () => Promise.reject(new Error('broken')) })
    app.post('/', { preParsing }, async () => 'passed')
    const response = await app.inject({ method: 'POST', url: '/', body: {} })
    expect([response.statusCode, response.json().message]).toEqual([500, 'broken'])
    await app.close()
  })
})
