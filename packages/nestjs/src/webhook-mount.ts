import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import type { WebhookReceiver } from '@hubauth/core'
import { nodeWebhooks } from '@hubauth/node'
import type { AbstractHttpAdapter } from '@nestjs/core'

/**
 * Lets a receiver answer at a path, before anything else sees the request: this is the first middleware of an adapter that
 * was just made, and both adapters run middleware before they read bodies.
 *
 * @param receiver Called at the first delivery: there is none yet while the application is put together.
 */
export function mountWebhooks(
  adapter: AbstractHttpAdapter,
  path: string,
  receiver: () => Pick<WebhookReceiver, 'receive'>,
): void {
  let handle: RequestListener | undefined
  adapter.use((request: IncomingMessage, response: ServerResponse, next: () => void) => {
    if (request.url?.split('?', 1)[0] !== path) return next()
    handle ??= nodeWebhooks(receiver())
    return handle(request, response)
  })
}
