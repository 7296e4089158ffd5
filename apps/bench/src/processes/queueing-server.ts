import { createServer } from 'node:http'
import { bullmqQueue } from '@hubauth/bullmq'
import { createWebhookReceiver } from '@hubauth/core'
import { githubWebhooks } from '@hubauth/express'
import { Queue } from 'bullmq'
import express, { type RequestHandler } from 'express'
import { isSigned, webhookKey } from '../limit/hand-written.ts'
import { WEBHOOK_PATH, WEBHOOK_SECRET } from '../stubs/delivery.ts'
import { serveParent } from './parent.ts'

const SEAL_SECRET = 'a secret of the benchmark, of some length'
const QUEUE = 'github-deliveries'

const [name = '', url = ''] = process.argv.slice(2)

/** What becomes of a delivery, by the name of the candidate. */
const handlers: Readonly<Record<string, () => RequestHandler>> = {
  'express alone': () => verified(async () => undefined),
  'bare BullMQ'() {
    const queue = new Queue(QUEUE, { connection: { url } })
    return verified((body, jobId) =>
      queue.add('issues.opened', { body }, { jobId, removeOnComplete: true, attempts: 10 }),
    )
  },
  hubauth: () =>
    githubWebhooks(
      createWebhookReceiver({
        secrets: WEBHOOK_SECRET,
        queue: bullmqQueue({ connection: { url }, sealWith: SEAL_SECRET }),
      }),
    ),
}

/** Express and an HMAC by hand. */
function verified(take: (body: string, id: string) => Promise<unknown>): RequestHandler {
  const key = webhookKey(WEBHOOK_SECRET)
  return (request, response, next) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks)
      const text = body.toString()
      JSON.parse(text)
      const isOurs = isSigned(key, body, String(request.headers['x-hub-signature-256']))
      const taken = isOurs ? take(text, String(request.headers['x-github-delivery'])) : Promise.reject()
      taken.then(() => response.status(202).end(), next)
    })
  }
}

const handler = handlers[name]?.()
if (handler === undefined) throw new TypeError(`There is no server named ${JSON.stringify(name)}.`)
const server = createServer(express().post(WEBHOOK_PATH, handler))
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0
  serveParent({ port }, () => {
    const { user, system } = process.cpuUsage()
    return { cpuUs: user + system }
  })
})
