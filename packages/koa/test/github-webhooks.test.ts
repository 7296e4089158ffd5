import type { WebhookReceiver } from '@hubauth/core'
import { describeWebhookMount, listen, type ParserSetup, type WebhookMount } from '@hubauth/testing'
import { bodyParser as scopedBodyParser } from '@koa/bodyparser'
import Router from '@koa/router'
import type Koa from 'koa'
import koa3, { type Middleware } from 'koa'
import { koaBody } from 'koa-body'
import bodyParser from 'koa-bodyparser'
import koa2 from 'koa2'
import { githubWebhooks } from '../src/index.ts'
import { keepErrors } from './app.ts'

const PATH = '/github/webhooks'
/** koa-body before its version 7 kept the text under this symbol of the parsed body. */
const UNPARSED = Symbol.for('unparsedBody')

const versions = { 'koa 3': koa3, 'koa 2': koa2 }

type Build = (app: Koa, receiver: WebhookReceiver) => unknown

for (const [name, Application] of Object.entries(versions)) {
  const built = (build: Build): WebhookMount => {
    return (receiver) => {
      const app = new Application()
      keepErrors(app)
      build(app, receiver)
      // Anything that reaches the end was not answered by the webhook.
      app.use((ctx) => {
        ctx.status = 410
      })
      return listen(app.callback(), PATH)
    }
  }
  const routed = (build: (router: Router, receiver: WebhookReceiver) => Router): WebhookMount =>
    built((app, receiver) => app.use(build(new Router(), receiver).routes()))
  const after = (...parsers: readonly Middleware[]): WebhookMount =>
    built((app, receiver) => {
      for (const parser of parsers) app.use(parser)
      app.use(githubWebhooks(receiver))
    })
  const setup = (
    parser: string,
    [expected, contentType]: readonly [ParserSetup['expect'], 'json' | 'form'],
    ...parsers: readonly Middleware[]
  ): ParserSetup => ({ name: parser, expect: expected, contentType, mount: after(...parsers) })
  /** A parser that keeps the text, whatever the content type. */
  const keeping = (parser: string, middleware: Middleware): readonly ParserSetup[] => [
    setup(parser, ['handled', 'json'], middleware),
    setup(parser, ['handled', 'form'], middleware),
  ]

  const json = ['application/json']
  const form = ['application/x-www-form-urlencoded']
  const keepsUnderSymbol: Middleware = async (ctx, next) => {
    await koaBody({ includeUnparsed: true })(ctx, async () => undefined)
    const { rawBody, body } = ctx.request
    Object.assign(ctx.request, {
      rawBody: undefined,
      body: Object.assign(Object(body), { [UNPARSED]: rawBody }),
    })
    return next()
  }

  describeWebhookMount(`${name}, app.use`, after(), {
    parsers: [
      ...keeping('nothing', (_ctx, next) => next()),
      ...keeping('koa-bodyparser', bodyParser()),
      ...keeping("koa-bodyparser, enableTypes: ['json']", bodyParser({ enableTypes: ['json'] })),
      ...keeping("koa-bodyparser, enableTypes: ['form']", bodyParser({ enableTypes: ['form'] })),
      ...keeping("koa-bodyparser, enableTypes: ['text']", bodyParser({ enableTypes: ['text'] })),
      ...keeping(
        'koa-bodyparser, everything as text',
        bodyParser({ enableTypes: ['text'], extendTypes: { text: [...json, ...form] } }),
      ),
      ...keeping('@koa/bodyparser', scopedBodyParser()),
      ...keeping("@koa/bodyparser, enableTypes: ['json']", scopedBodyParser({ enableTypes: ['json'] })),
      ...keeping("@koa/bodyparser, enableTypes: ['form']", scopedBodyParser({ enableTypes: ['form'] })),
      ...keeping('@koa/bodyparser, patchNode', scopedBodyParser({ patchNode: true })),
      ...keeping('koa-body, includeUnparsed', koaBody({ includeUnparsed: true })),
      ...keeping(
        'koa-body, includeUnparsed, only patchNode',
        koaBody({ includeUnparsed: true, patchNode: true, patchKoa: false }),
      ),
      ...keeping(
        'koa-body, everything as text',
        koaBody({ json: false, urlencoded: false, textTypes: [...json, ...form] }),
      ),
      ...keeping('koa-body before 7, includeUnparsed', keepsUnderSymbol),
      setup('koa-body', ['consumed', 'json'], koaBody()),
      setup('koa-body', ['consumed', 'form'], koaBody()),
      setup('koa-body, json: false', ['handled', 'json'], koaBody({ json: false })),
      setup('koa-body, json: false', ['consumed', 'form'], koaBody({ json: false })),
      setup('koa-body, only patchNode', ['consumed', 'json'], koaBody({ patchNode: true, patchKoa: false })),
      setup('koa-body and koa-bodyparser', ['consumed', 'json'], koaBody(), bodyParser()),
      setup('koa-bodyparser and @koa/bodyparser', ['handled', 'json'], bodyParser(), scopedBodyParser()),
      {
        name: 'koa-body for other routes, mounted after the webhook',
        expect: 'handled',
        mount: routed((router, receiver) => router.all(PATH, githubWebhooks(receiver)).use(koaBody())),
      },
      {
        name: 'koa-body on the application, and koa-bodyparser on the route',
        expect: 'consumed',
        mount: built((app, receiver) =>
          app.use(koaBody()).use(new Router().post(PATH, bodyParser(), githubWebhooks(receiver)).routes()),
        ),
      },
      {
        name: 'nothing, mounted with router.post()',
        expect: 'handled',
        mount: routed((router, receiver) => router.post(PATH, githubWebhooks(receiver))),
      },
    ],
  })

  describeWebhookMount(
    `${name}, router.all`,
    routed((router, receiver) => router.all(PATH, githubWebhooks(receiver))),
  )

  describeWebhookMount(
    `${name}, a router in a router`,
    routed((router, receiver) =>
      router.use('/github', new Router().all('/webhooks', githubWebhooks(receiver)).routes()),
    ),
  )
}
