import { getRequestListener } from '@hono/node-server'
import type { WebhookReceiver } from '@hubauth/core'
import { describeWebhookMount, listen, type ParserSetup, type WebhookMount } from '@hubauth/testing'
import { type Context, Hono, type MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { logger } from 'hono/logger'
import { validator } from 'hono/validator'
import { githubWebhooks } from '../src/index.ts'

const PATH = '/github/webhooks'

type Build = (app: Hono, receiver: WebhookReceiver) => unknown

const built = (build: Build): WebhookMount => {
  return (receiver) => {
    const app = new Hono()
    build(app, receiver)
    return listen(getRequestListener(app.fetch), PATH)
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

type Read = (c: Context) => Promise<unknown>

/** A middleware that reads the body and goes on, also when it cannot be parsed. */
const reading = (read: Read): MiddlewareHandler => {
  return async (c, next) => {
    await read(c).catch(() => undefined)
    await next()
  }
}

/** What reads the body so that its bytes are kept. */
const KEEPING: Readonly<Record<string, Read>> = {
  'c.req.json()': (c) => c.req.json(),
  'c.req.text()': (c) => c.req.text(),
  'c.req.arrayBuffer()': (c) => c.req.arrayBuffer(),
  'c.req.blob()': (c) => c.req.blob(),
  'c.req.parseBody()': (c) => c.req.parseBody(),
  'c.req.json() and c.req.parseBody()': async (c) => [await c.req.text(), await c.req.parseBody()],
  'c.req.raw.clone().text()': (c) => c.req.raw.clone().text(),
}

/** What reads the body so that its bytes are gone. */
const CONSUMING: Readonly<Record<string, Read>> = {
  'c.req.formData()': (c) => c.req.formData(),
  'c.req.formData() and c.req.text()': async (c) => [await c.req.formData(), await c.req.text()],
  'c.req.raw.text()': (c) => c.req.raw.text(),
  'c.req.raw.json()': (c) => c.req.raw.json(),
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
    ...Object.entries(KEEPING).flatMap(([name, read]) => setups(name, reading(read))),
    ...Object.entries(CONSUMING).flatMap(([name, read]) => setups(name, reading(read), consumed)),
    ...setups(
      'a validator of JSON',
      validator('json', (value) => value),
    ),
    ...setups(
      'a validator of forms',
      validator('form', (value) => value),
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
