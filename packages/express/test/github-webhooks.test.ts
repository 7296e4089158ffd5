import type { IncomingMessage } from 'node:http'
import type { WebhookReceiver } from '@hubauth/core'
import { describeWebhookMount, listen, type ParserSetup, type WebhookMount } from '@hubauth/testing'
import express5, { type Express, type RequestHandler } from 'express'
import express4 from 'express4'
import { githubWebhooks } from '../src/index.ts'

const PATH = '/github/webhooks'

const versions = { 'express 5': express5, 'express 4': express4 }

type Build = (app: Express, receiver: WebhookReceiver) => unknown

for (const [name, express] of Object.entries(versions)) {
  const built = (build: Build): WebhookMount => {
    return (receiver) => {
      const app = express()
      build(app, receiver)
      // Anything that reaches the end was not answered by the webhook.
      app.use(((_request, response) => void response.status(404).end()) satisfies RequestHandler)
      return listen(app, PATH)
    }
  }
  const after = (...parsers: readonly RequestHandler[]): WebhookMount =>
    built((app, receiver) => {
      for (const parser of parsers) app.use(parser)
      app.all(PATH, githubWebhooks(receiver))
    })
  const setup = (
    parser: string,
    [expected, contentType]: readonly [ParserSetup['expect'], 'json' | 'form'],
    ...parsers: readonly RequestHandler[]
  ): ParserSetup => ({ name: parser, expect: expected, contentType, mount: after(...parsers) })
  /** The same with a body that is larger than parsers take by default (100 kB). */
  const large = (...args: Parameters<typeof setup>): ParserSetup => ({
    ...setup(...args),
    extraBytes: 200_000,
  })

  const keepBytes = (request: IncomingMessage, _: unknown, bytes: Buffer) => {
    Object.assign(request, { rawBody: bytes })
  }
  const verify = { verify: keepBytes }
  const any = { type: '*/*' }
  const unlimited = { limit: '25mb' }
  const [json, form] = [express.json(), express.urlencoded({ extended: false })]
  const read: RequestHandler = async (request, _response, next) => {
    for await (const _ of request);
    next()
  }
  const listenToData: RequestHandler = (request, _response, next) => {
    request.on('data', () => undefined)
    next()
  }
  const asText: RequestHandler = (request, _response, next) => {
    request.setEncoding('latin1')
    next()
  }

  describeWebhookMount(`${name}, app.all`, after(), {
    parsers: [
      setup('nothing', ['handled', 'json']),
      setup('nothing', ['handled', 'form']),
      {
        name: 'nothing, mounted with app.post()',
        expect: 'handled',
        mount: built((app, receiver) => app.post(PATH, githubWebhooks(receiver))),
      },
      setup('express.json()', ['consumed', 'json'], json),
      setup('express.json()', ['handled', 'form'], json),
      setup('express.json({ verify })', ['handled', 'json'], express.json(verify)),
      setup('express.json({ verify })', ['handled', 'form'], express.json(verify)),
      setup("express.json({ type: '*/*' })", ['consumed', 'json'], express.json(any)),
      setup("express.json({ type: '*/*' })", ['refused', 'form'], express.json(any)),
      setup("express.raw({ type: '*/*' })", ['handled', 'json'], express.raw(any)),
      setup("express.raw({ type: '*/*' })", ['handled', 'form'], express.raw(any)),
      setup('express.raw()', ['handled', 'json'], express.raw()),
      setup('express.raw()', ['handled', 'form'], express.raw()),
      setup("express.text({ type: '*/*' })", ['handled', 'json'], express.text(any)),
      setup("express.text({ type: '*/*' })", ['handled', 'form'], express.text(any)),
      setup('express.text()', ['handled', 'json'], express.text()),
      setup('express.text()', ['handled', 'form'], express.text()),
      setup('express.urlencoded()', ['consumed', 'form'], form),
      setup('express.urlencoded()', ['handled', 'json'], form),
      setup(
        'express.urlencoded({ verify })',
        ['handled', 'form'],
        express.urlencoded({ extended: true, ...verify }),
      ),
      large('express.json()', ['refused', 'json'], json),
      large('express.json()', ['handled', 'form'], json),
      large('express.json({ verify })', ['refused', 'json'], express.json(verify)),
      large(
        'express.json({ verify, limit })',
        ['handled', 'json'],
        express.json({ ...verify, ...unlimited }),
      ),
      large("express.raw({ type: '*/*' })", ['refused', 'json'], express.raw(any)),
      large(
        "express.raw({ type: '*/*', limit })",
        ['handled', 'json'],
        express.raw({ ...any, ...unlimited }),
      ),
      large(
        "express.text({ type: '*/*', limit })",
        ['handled', 'json'],
        express.text({ ...any, ...unlimited }),
      ),
      large('express.urlencoded()', ['refused', 'form'], form),
      large('express.urlencoded()', ['handled', 'json'], form),
      setup('something that reads the stream', ['consumed', 'json'], read),
      setup('something that reads the stream', ['consumed', 'form'], read),
      setup('something that listens to the stream', ['handled', 'json'], listenToData),
      setup('something that decodes the stream', ['handled', 'json'], asText),
      setup('express.json() and express.urlencoded()', ['consumed', 'json'], json, form),
      setup('express.json() and express.urlencoded()', ['consumed', 'form'], json, form),
      {
        name: 'express.json() for other routes, mounted after the webhook',
        expect: 'handled',
        mount: built((app, receiver) => app.all(PATH, githubWebhooks(receiver)).use(json)),
      },
      {
        name: 'express.json() on the application, and express.raw() on the route',
        expect: 'consumed',
        mount: built((app, receiver) => app.use(json).all(PATH, express.raw(any), githubWebhooks(receiver))),
      },
    ],
  })

  describeWebhookMount(
    `${name}, app.use`,
    built((app, receiver) => app.use(PATH, githubWebhooks(receiver))),
  )

  describeWebhookMount(
    `${name}, a router`,
    built((app, receiver) => app.use('/github', express.Router().use('/webhooks', githubWebhooks(receiver)))),
  )
}
