import { Readable, Transform } from 'node:stream'
import { setImmediate } from 'node:timers/promises'
import type { WebhookReceiver } from '@hubauth/core'
import { describeWebhookMount, type ParserSetup, type WebhookMount } from '@hubauth/testing'
import fastify, { type FastifyInstance, type preParsingHookHandler } from 'fastify'
import rawBody from 'fastify-raw-body'
import { githubWebhooks } from '../src/index.ts'
import { listen } from './listen.ts'

const PATH = '/github/webhooks'

type Build = (app: FastifyInstance, receiver: WebhookReceiver) => unknown

const built = (build: Build): WebhookMount => {
  return async (receiver) => {
    const app = fastify()
    await build(app, receiver)
    return listen(app, PATH)
  }
}

const plugin: Build = (app, receiver) => app.register(githubWebhooks, { receiver, prefix: PATH })

/** Mounts the webhook after something of the application that deals with bodies. */
const setups = (
  name: string,
  before: (app: FastifyInstance) => unknown,
  expect: ParserSetup['expect'] = 'handled',
) =>
  (['json', 'form'] as const).map((contentType): ParserSetup => {
    const mount = built(async (app, receiver) => {
      await before(app)
      await plugin(app, receiver)
    })
    return { name, expect, contentType, mount }
  })

const preParsing = (hook: preParsingHookHandler) => (app: FastifyInstance) => app.addHook('preParsing', hook)

describeWebhookMount('fastify', built(plugin), {
  parsers: [
    ...setups('nothing', () => undefined),
    ...setups("a parser of the application's own for JSON", (app) => {
      app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
        done(null, JSON.parse(body as string))
      })
    }),
    ...setups("a parser of the application's own for everything", (app) => {
      app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    }),
    ...setups('no parser at all', (app) => app.removeAllContentTypeParsers()),
    ...setups('a bodyLimit of ten bytes', () => undefined).map((setup) => ({
      ...setup,
      mount: async (receiver: WebhookReceiver) => {
        const app = fastify({ bodyLimit: 10 })
        await plugin(app, receiver)
        return listen(app, PATH)
      },
    })),
    ...setups('fastify-raw-body', (app) => app.register(rawBody)),
    ...setups('fastify-raw-body with runFirst', (app) => app.register(rawBody, { runFirst: true })),
    ...setups('fastify-raw-body and a hook that takes its time', async (app) => {
      await app.register(rawBody, { encoding: false, runFirst: true })
      app.addHook('preHandler', async () => setImmediate())
    }),
    ...setups('fastify-raw-body, behind a hook that takes its time', async (app) => {
      await app.register(rawBody, { encoding: false })
      app.addHook('preParsing', async () => undefined)
    }),
    ...setups(
      'a hook that puts all bytes on request.rawBody',
      preParsing(async (request, _reply, payload) => {
        const chunks: Buffer[] = []
        for await (const chunk of payload) chunks.push(chunk)
        Object.assign(request, { rawBody: Buffer.concat(chunks) })
        return Readable.from(chunks)
      }),
    ),
    ...setups('a hook that hands on another stream of the same bytes, and one that takes its time', (app) => {
      app.addHook('preParsing', (_request, _reply, payload, done) => {
        const copy = new Transform({ transform: (chunk, _encoding, next) => next(null, chunk) })
        done(null, payload.pipe(copy))
      })
      app.addHook('preHandler', async () => setImmediate())
    }),
    ...setups('a hook that reads along, and one that takes its time', (app) => {
      app.addHook('preParsing', (_request, _reply, payload, done) => {
        payload.on('data', () => undefined)
        done()
      })
      app.addHook('preHandler', async () => setImmediate())
    }),
    ...setups(
      'a hook that reads it to the end and keeps nothing',
      preParsing(async (_request, _reply, payload) => {
        for await (const _ of payload);
      }),
      'consumed',
    ),
  ],
})

// It reads along, also what is far larger than the limits of the application.
describeWebhookMount(
  'fastify with fastify-raw-body',
  built(async (app, receiver) => {
    await app.register(rawBody, { runFirst: true })
    await plugin(app, receiver)
  }),
)

describeWebhookMount(
  'fastify, in another plugin with a prefix',
  built((app, receiver) =>
    app.register((scope) => scope.register(githubWebhooks, { receiver, prefix: '/webhooks' }), {
      prefix: '/github',
    }),
  ),
)
