import type { WebhookReceiver } from '@hubauth/core'
import { describeWebhookMount, type ParserSetup, type WebhookMount } from '@hubauth/testing'
import { Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { logger } from 'hono/logger'
import { validator } from 'hono/validator'
import { githubWebhooks } from '../src/index.ts'
import { listen } from './listen.ts'

const PATH = '/github/webhooks'

type Build = (app: Hono, receiver: WebhookReceiver) => unknown

const built = (build: Build): WebhookMount => {
  return (receiver) => {
    const app = new Hono()
    build(app, receiver)
    return listen(app, PATH)
  }
}

const mounted: Build = (app, receiver) => app.all(PATH, githubWebhooks(receiver))

/** Mounts the webhook after a middleware that reads the body. */
const setups = (
  name: string,
  middleware: MiddlewareHandler,
  expected: Partial<Record<'json' | 'form', ParserSetup['expect']>> = {},
) =>
  (['json', 'form'] as const).map((contentType): ParserSetup => {
    const mount = built((app, receiver) => mounted(app.use(middleware), receiver))
    return { name, expect: expected[contentType] ?? 'handled', contentType, mount }
  })

/** A middleware that reads the body and goes on, also when it cannot be parsed. */
const reading = (read: (c: Parameters<MiddlewareHandler>[0]) => Promise<unknown>): MiddlewareHandler => {
  return async (c, next) => {
    await read(c).catch(() => undefined)
    await next()
  }
}

const consumed = { json: 'consumed', form: 'consumed' } as const

describeWebhookMount('hono', built(mounted), {
  parsers: [
    ...setups('nothing', (_, next) => next()),
    ...setups(
      'hono/logger',
      logger(() => undefined),
    ),
    ...setups('hono/body-limit', bodyLimit({ maxSize: 100_000 })),
    ...setups(
      'c.req.json()',
      reading((c) => c.req.json()),
    ),
    ...setups(
      'c.req.text()',
      reading((c) => c.req.text()),
    ),
    ...setups(
      'c.req.arrayBuffer()',
      reading((c) => c.req.arrayBuffer()),
    ),
    ...setups(
      'c.req.blob()',
      reading((c) => c.req.blob()),
    ),
    ...setups(
      'c.req.parseBody()',
      reading((c) => c.req.parseBody()),
    ),
    ...setups(
      'c.req.json() and c.req.parseBody()',
      reading(async (c) => [await c.req.text(), await c.req.parseBody()]),
    ),
    ...setups(
      'c.req.formData()',
      reading((c) => c.req.formData()),
      consumed,
    ),
    ...setups(
      'c.req.formData() and c.req.text()',
      reading(async (c) => [await c.req.formData(), await c.req.text()]),
      consumed,
    ),
    ...setups(
      'a validator of JSON',
      validator('json', (value) => value),
    ),
    ...setups(
      'a validator of forms',
      validator('form', (value) => value),
    ),
    ...setups(
      'c.req.raw.clone().text()',
      reading((c) => c.req.raw.clone().text()),
    ),
    ...setups(
      'c.req.raw.text()',
      reading((c) => c.req.raw.text()),
      consumed,
    ),
    ...setups(
      'c.req.raw.json()',
      reading((c) => c.req.raw.json()),
      consumed,
    ),
    ...setups('c.req.json() that nobody waits for', (c, next) => {
      c.req.text().catch(() => undefined)
      return next()
    }),
    ...setups(
      'c.req.raw.text() that nobody waits for',
      (c, next) => {
        c.req.raw.text().catch(() => undefined)
        return next()
      },
      consumed,
    ),
  ],
})

describeWebhookMount(
  'hono, below a base path',
  built((app, receiver) =>
    app.route(
      '/github',
      new Hono().post('/webhooks', githubWebhooks(receiver)).all('/webhooks', githubWebhooks(receiver)),
    ),
  ),
)
