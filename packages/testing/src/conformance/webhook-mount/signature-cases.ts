import { strictEqual } from 'node:assert/strict'
import { signedDelivery } from '../../signed-delivery.ts'
import { tamperings } from '../../tamperings.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { expectAnswer, mountCase, SECRET, type WebhookMount } from './mounted-receiver.ts'

/** https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries#testing-the-webhook-payload-validation */
const GITHUB_VECTOR = {
  body: 'Hello, World!',
  signature: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
}

/** Who is let in. @internal */
export const signatureCases: readonly ConformanceCase<WebhookMount>[] = [
  mountCase('accepts the signature that GitHub publishes as its test vector', async ({ send }) => {
    const { headers, ...delivery } = signedDelivery({ secret: SECRET, body: GITHUB_VECTOR.body })
    const vector = { ...delivery, headers: { ...headers, 'x-hub-signature-256': GITHUB_VECTOR.signature } }
    // The body is no JSON: 400 is said only after the signature was found right.
    expectAnswer(await send(vector), 400, 'WEBHOOK_BODY_INVALID')
  }),
  mountCase(
    'accepts the second secret while one replaces another, and says which matched',
    async ({ deliver, handled }) => {
      expectAnswer(await deliver(), 200, 'handled')
      expectAnswer(await deliver({ secret: 'the new one' }), 200, 'handled')
      strictEqual(handled.map((delivery) => delivery.secretIndex).join(), '1,0')
    },
    { secrets: ['the new one', SECRET] },
  ),
  ...tamperings.map(({ name, apply }) =>
    mountCase(`refuses a delivery with ${name}`, async ({ send, handled }) => {
      const response = await send(apply(signedDelivery({ secret: SECRET })))
      strictEqual(response.status, 401)
      strictEqual(handled.length, 0)
    }),
  ),
]
