import type { Readable } from 'node:stream'
import type { WebhookReceiver } from '@hubauth/core'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { fastifyRequest } from './fastify-request.ts'
import { sendAnswer } from './send-answer.ts'

/** Options of {@link githubWebhooks}, beside Fastify's own `prefix`. */
export interface GitHubWebhooksOptions {
  readonly receiver: Pick<WebhookReceiver, 'receive'>
}

/**
 * Mounts a receiver: `app.register(githubWebhooks, { receiver, prefix: '/github/webhooks' })`. Answers every request to
 * the prefix, also those that are no deliveries. Parsers and `bodyLimit` of the application do not apply there, and
 * stay as they are elsewhere.
 */
export const githubWebhooks: FastifyPluginAsync<GitHubWebhooksOptions> = async (app, { receiver }) => {
  const payloads = new WeakMap<FastifyRequest, Readable>()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', (request, payload, done) => {
    // A hook that reads along may have set it flowing, and the hooks after this may take their time.
    payloads.set(request, payload.pause())
    done(null)
  })
  // The receiver has a limit of its own, and hooks that read along stop the stream at that of the route.
  app.all('/', { bodyLimit: Number.MAX_SAFE_INTEGER }, async (request, reply) => {
    const payload = payloads.get(request) ?? request.raw
    return sendAnswer(reply, await receiver.receive(fastifyRequest(request, payload)))
  })
}
