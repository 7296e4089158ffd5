import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { checkReceiver, type WebhookReceiver } from '@hubauth/core'
import { nodeRequest } from './node-request.ts'
import { writeResponse } from './write-response.ts'

/**
 * Mounts a receiver in a `node:http` server: `createServer(nodeWebhooks(receiver))`. Answers every request it is given,
 * whatever its path; route before it where the server has more to do.
 */
export function nodeWebhooks(receiver: Pick<WebhookReceiver, 'receive'>): RequestListener {
  checkReceiver(receiver)
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      writeResponse(response, await receiver.receive(nodeRequest(request)))
    } catch {
      // A receiver never rejects, so the connection broke while the answer was written.
      response.destroy()
    }
  }
  return (request, response) => void answer(request, response)
}
