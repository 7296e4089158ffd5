import { strictEqual } from 'node:assert/strict'
import { signedDelivery } from '../../signed-delivery.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import type { RawRequest } from '../http/http-client.ts'
import { utf8 } from './delicate-bodies.ts'
import { expectAnswer, mountCase, SECRET, type WebhookMount } from './mounted-receiver.ts'

/** What is refused before its body was read. */
const REFUSALS = [
  refusal(405, 'WEBHOOK_METHOD_NOT_ALLOWED', { method: 'PUT' }),
  refusal(413, 'WEBHOOK_BODY_TOO_LARGE', {}),
  refusal(415, 'WEBHOOK_CONTENT_TYPE', { headers: { 'content-type': 'text/plain' } }),
]

/** Far more than the buffers of a connection hold: the server must read to let the sender finish. */
const BODY_BYTES = 20 * 1_024 * 1_024

const CONNECTIONS = { keeps: 'keep-alive', closes: 'close' }

/** Senders that read nothing before they have sent everything. @internal */
export const lateReaderCases: readonly ConformanceCase<WebhookMount>[] = REFUSALS.flatMap(
  ({ status, says, request }) =>
    Object.entries(CONNECTIONS).map(([what, connection]) =>
      mountCase(
        `lets a sender that ${what} the connection read the ${status} after it has sent everything`,
        async ({ send, deliver, handled }) => {
          const headers = { ...signedDelivery({ secret: SECRET }).headers, ...request.headers, connection }
          const body = utf8('x'.repeat(BODY_BYTES))
          expectAnswer(await send({ ...request, headers, body, readsLast: true }), status, says)
          strictEqual(handled.length, 0)
          expectAnswer(await deliver(), 200, 'handled')
        },
        { maxBytes: 1_000 },
      ),
    ),
)

function refusal(status: number, says: string, request: RawRequest) {
  return { status, says, request }
}
