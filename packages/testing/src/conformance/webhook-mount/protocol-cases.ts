import { match, strictEqual } from 'node:assert/strict'
import { signedDelivery } from '../../signed-delivery.ts'
import type { ConformanceCase } from '../conformance-case.ts'
import { expectAnswer, mountCase, SECRET, type WebhookMount } from './mounted-receiver.ts'

const NOT_ASCII = '{"status":"gehört 😀"}'

/** What HTTP asks for. @internal */
export const protocolCases: readonly ConformanceCase<WebhookMount>[] = [
  ...['GET', 'PUT', 'DELETE'].map((method) =>
    mountCase(`answers 405 to ${method} and allows POST`, async ({ send, handled }) => {
      const { headers, body } = signedDelivery({ secret: SECRET })
      const response = await send(method === 'PUT' ? { method, headers, body } : { method })
      expectAnswer(response, 405, 'WEBHOOK_METHOD_NOT_ALLOWED')
      strictEqual(response.headers.allow, 'POST')
      strictEqual(handled.length, 0)
    }),
  ),
  ...['text/plain', 'multipart/form-data; boundary=x', 'application/jsonx'].map((type) =>
    mountCase(`answers 415 to ${type}`, async ({ send, handled }) => {
      const { headers, ...delivery } = signedDelivery({ secret: SECRET })
      const response = await send({ ...delivery, headers: { ...headers, 'content-type': type } })
      expectAnswer(response, 415, 'WEBHOOK_CONTENT_TYPE')
      strictEqual(handled.length, 0)
    }),
  ),
  mountCase('answers 415 when there is no content type', async ({ send }) => {
    expectAnswer(await send(withoutHeader('content-type')), 415, 'WEBHOOK_CONTENT_TYPE')
  }),
  mountCase('takes a content type with a charset, in any case', async ({ send }) => {
    const { headers, ...delivery } = signedDelivery({ secret: SECRET })
    const type = 'Application/JSON; charset=utf-8'
    expectAnswer(await send({ ...delivery, headers: { ...headers, 'content-type': type } }), 200, 'handled')
  }),
  ...['x-github-event', 'x-github-delivery'].map((name) =>
    mountCase(`answers 400 when ${name} is missing`, async ({ send, handled }) => {
      expectAnswer(await send(withoutHeader(name)), 400, 'WEBHOOK_HEADER_MISSING')
      strictEqual(handled.length, 0)
    }),
  ),
  mountCase('answers in JSON, with its length in bytes', async ({ deliver, send }) => {
    for (const response of [await deliver(), await send({ method: 'GET' })]) {
      match(response.headers['content-type'] ?? '', /^application\/json\b/)
      strictEqual(response.headers['content-length'], String(response.body.byteLength))
    }
  }),
  mountCase(
    'counts the length of its answer in bytes, not in characters',
    async ({ deliver }) => {
      const response = await deliver()
      strictEqual(response.body.toString(), NOT_ASCII)
      strictEqual(response.headers['content-length'], String(Buffer.byteLength(NOT_ASCII)))
    },
    {
      receive: async () => ({
        status: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: NOT_ASCII,
      }),
    },
  ),
]

function withoutHeader(name: string): ReturnType<typeof signedDelivery> {
  const { headers, ...delivery } = signedDelivery({ secret: SECRET })
  return { ...delivery, headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)) }
}
