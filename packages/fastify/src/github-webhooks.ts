import type { Readable } from 'node:stream'
import { checkReceiver, type WebhookReceiver } from '@hubauth/core'
import type { FastifyPluginAsync } from 'fastify'
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
  checkReceiver(receiver)
  app.removeAllContentTypeParsers()
  // A hook that reads along may have set it flowing, and the hooks after this may take their time.
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload.pause()))
  // The receiver has a limit of its own, and hooks that read along stop the stream at that of the route.
  app.all<{ Body: Readable | undefined }>(
    '/',
    { bodyLimit: Number.MAX_SAFE_INTEGER },
    async (request, reply) => {
      const { body = request.raw } = request
      return sendAnswer(reply, await receiver.receive(fastifyRequest(request, body)))
    },
  )
}
