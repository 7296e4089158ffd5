import type { WebhookResponse } from '@hubauth/core'
import { writeResponse } from '@hubauth/node'
import type { FastifyReply } from 'fastify'

/**
 * Sends the answer of a receiver through Fastify. While the sender still uploads, past it: Fastify would close the
 * connection under the upload, and the sender would never read the answer.
 */
export function sendAnswer(reply: FastifyReply, answer: WebhookResponse): FastifyReply {
  // Not false but undefined in `app.inject`, which has no connection.
  if (reply.request.raw.complete !== false)
    return reply.code(answer.status).headers(answer.headers).send(answer.body)
  reply.hijack()
  writeResponse(reply.raw, answer)
  return reply
}
