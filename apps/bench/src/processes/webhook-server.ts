import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import { isSigned, webhookKey } from '../limit/hand-written.ts'
import { WEBHOOK_PATH, WEBHOOK_SECRET } from '../stubs/delivery.ts'
import { serveParent } from './parent.ts'

/** Larger than what is sent here; the frameworks' own default is 100 KB. */
const MAX_BYTES = 26 * 1_024 * 1_024

/** Each imports what it needs and no more: the others' memory and modules are not its own. */
const servers: Readonly<Record<string, () => Promise<RequestListener>>> = {
  async 'node:http'() {
    const key = webhookKey(WEBHOOK_SECRET)
    return (request, response) => {
      buffer(request, (body) => {
        response.writeHead(handle(key, body, request.headers['x-hub-signature-256'])).end()
      })
    }
  },
  async '@hubauth/node'() {
    const { nodeWebhooks } = await import('@hubauth/node')
    return nodeWebhooks(await receiver())
  },
  async '@octokit/webhooks'() {
    return (await octokit()) as RequestListener
  },
  async express() {
    const { default: express } = await import('express')
    const key = webhookKey(WEBHOOK_SECRET)
    const app = express()
    app.post(WEBHOOK_PATH, express.raw({ type: '*/*', limit: MAX_BYTES }), (request, response) => {
      response.status(handle(key, request.body, request.headers['x-hub-signature-256'])).end()
    })
    return app
  },
  async '@hubauth/express'() {
    const { default: express } = await import('express')
    const { githubWebhooks } = await import('@hubauth/express')
    const app = express()
    app.post(WEBHOOK_PATH, githubWebhooks(await receiver()))
    return app
  },
  async '@octokit/webhooks on express'() {
    const { default: express } = await import('express')
    const app = express()
    app.use(await octokit())
    return app
  },
  async koa() {
    const { default: Koa } = await import('koa')
    const key = webhookKey(WEBHOOK_SECRET)
    const app = new Koa()
    app.use(async (context) => {
      const body = await new Promise<Buffer>((resolve) => buffer(context.req, resolve))
      context.body = null
      context.status = handle(key, body, context.req.headers['x-hub-signature-256'])
    })
    return app.callback()
  },
  async '@hubauth/koa'() {
    const { default: Koa } = await import('koa')
    const { githubWebhooks } = await import('@hubauth/koa')
    return new Koa().use(githubWebhooks(await receiver())).callback()
  },
  async fastify() {
    const { default: fastify } = await import('fastify')
    const key = webhookKey(WEBHOOK_SECRET)
    const app = fastify({ bodyLimit: MAX_BYTES })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    app.post(WEBHOOK_PATH, async (request, reply) => {
      const status = handle(key, request.body as Buffer, request.headers['x-hub-signature-256'])
      return reply.code(status).send()
    })
    await app.ready()
    return app.routing
  },
  async '@hubauth/fastify'() {
    const { default: fastify } = await import('fastify')
    const { githubWebhooks } = await import('@hubauth/fastify')
    const app = fastify()
    await app.register(githubWebhooks, { receiver: await receiver(), prefix: WEBHOOK_PATH })
    await app.ready()
    return app.routing
  },
}

function buffer(request: IncomingMessage, done: (body: Buffer) => void): void {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => done(Buffer.concat(chunks)))
}

let actions = 0

function handle(
  key: ReturnType<typeof webhookKey>,
  body: Buffer,
  header: string | string[] | undefined,
): number {
  if (typeof header !== 'string' || !isSigned(key, body, header)) return 401
  const { action } = JSON.parse(body.toString()) as { action: string }
  actions += action.length
  return 202
}

async function receiver() {
  const { createWebhookReceiver } = await import('@hubauth/core')
  return createWebhookReceiver({ secrets: WEBHOOK_SECRET }).on('issues.opened', ({ payload }) => {
    actions += payload.action?.length ?? 0
  })
}

async function octokit() {
  const { createNodeMiddleware, Webhooks } = await import('@octokit/webhooks')
  const webhooks = new Webhooks({ secret: WEBHOOK_SECRET })
  webhooks.on('issues.opened', ({ payload }) => {
    actions += payload.action.length
  })
  return createNodeMiddleware(webhooks, { path: WEBHOOK_PATH })
}

const [name = ''] = process.argv.slice(2)
const listener = await servers[name]?.()
if (listener === undefined) throw new TypeError(`There is no server named ${JSON.stringify(name)}.`)
const server = createServer(listener)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  serveParent({ port }, () => {
    const { user, system } = process.cpuUsage()
    return { cpuUs: user + system, actions }
  })
})
