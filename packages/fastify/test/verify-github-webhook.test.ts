import { Readable } from 'node:stream'
import { gunzipSync, gzipSync } from 'node:zlib'
import { createWebhookReceiver } from '@hubauth/core'
import { describeVerifiedRoute, signedDelivery, type VerifiedRouteMount } from '@hubauth/testing'
import fastify, { type FastifyInstance, type preParsingHookHandler } from 'fastify'
import rawBody from 'fastify-raw-body'
import { describe, expect, it } from 'vitest'
import { verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors } from './app.ts'
import { listen } from './listen.ts'

const SECRET = 'the secret'
const MIB = 1_024 * 1_024

type Before = (app: FastifyInstance) => unknown

const parseForms: Before = (app) =>
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(body.toString()))),
  )

const after = (before: Before): VerifiedRouteMount => {
  return async ({ receiver, leavesRefusals, answer }) => {
    const app = fastify()
    await before(app)
    const preParsing = verifyGitHubWebhook(receiver, { onError: leavesRefusals ? 'throw' : 'respond' })
    app.all('/hooks', { preParsing }, async ({ githubWebhook }) => answer(githubWebhook))
    const errors = keepErrors(app)
    return { ...(await listen(app, '/hooks')), errors }
  }
}

const readsAll: preParsingHookHandler = async (_request, _reply, payload) => {
  for await (const _ of payload);
}

describeVerifiedRoute('fastify', after(parseForms), {
  parsers: [
    { name: 'fastify-raw-body', mount: after((app) => app.register(rawBody)) },
    {
      name: 'a hook that keeps nothing',
      mount: after((app) => app.addHook('preParsing', readsAll)),
      cure: 'request.rawBody',
    },
  ],
  skip: [
    {
      tests: ['answers 500 without a word of what is not a refusal'],
      reason: 'Fastify answers with the message of every error',
    },
  ],
})

interface Setup {
  readonly before?: Before
  readonly bodyLimit?: number
}

describe('verifyGitHubWebhook', () => {
  async function start({ before, bodyLimit = 25 * MIB }: Setup = {}) {
    const receiver = createWebhookReceiver({ secrets: SECRET })
    const app = fastify()
    await before?.(app)
    const preParsing = verifyGitHubWebhook(receiver)
    app.all('/hooks', { preParsing, bodyLimit }, async ({ githubWebhook, body }) => ({
      name: githubWebhook?.name,
      bytes: Buffer.from(githubWebhook?.body ?? []).toString('base64'),
      body,
    }))
    const { url, close } = await listen(app, '/hooks')
    return { send: (init: RequestInit) => fetch(url, init), close, app }
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
    const { send, close } = await start({ before: parseForms })
    const response = await send(signedDelivery({ secret: SECRET, contentType: 'form', payload: { a: 1 } }))
    expect(await response.json()).toMatchObject({ name: 'issues', body: { payload: '{"a":1}' } })
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

  it('throws refusals when asked to, and Fastify answers them with their code', async () => {
    const app = fastify()
    const receiver = createWebhookReceiver({ secrets: SECRET })
    app.post('/', { preParsing: verifyGitHubWebhook(receiver, { onError: 'throw' }) }, async () => 'passed')
    const { headers, body } = signedDelivery({ secret: 'another secret' })
    const response = await app.inject({ method: 'POST', url: '/', headers, body: Buffer.from(body) })
    const code = 'WEBHOOK_SIGNATURE_INVALID'
    expect([response.statusCode, response.json()]).toMatchObject([401, { code }])
    await app.close()
  })
})
