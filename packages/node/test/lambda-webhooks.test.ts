import { createWebhookReceiver, type WebhookReceiverOptions } from '@hubauth/core'
import { type ConformanceSkip, describeWebhookMount, manualClock, signedDelivery } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { type LambdaWebhookEvent, lambdaWebhooks } from '../src/index.ts'
import { type Gateway, gateways, throughGateway } from './lambda-gateways.ts'
import { listen } from './listen.ts'

/** The rules that no function can keep behind a gateway, and why. */
function skipped(gateway: Gateway): readonly ConformanceSkip[] {
  const asText = Object.entries({
    'application/json': 'hands over the exact bytes of a body with bytes that are not UTF-8',
    'application/x-www-form-urlencoded':
      'hands over the exact bytes of a form body with bytes that are not UTF-8',
  }).flatMap(([type, test]) => (gateway.isBinary(type) ? [] : [test]))
  return [
    {
      tests: ['answers 202 after 8 s while a slow handler goes on to its end'],
      reason: 'a function is frozen once it has answered, so the answer waits',
    },
    { tests: asText, reason: 'AWS puts the body into the event as text' },
  ]
}

for (const gateway of gateways) {
  describeWebhookMount(
    `Lambda behind ${gateway.name}`,
    (receiver) => listen(throughGateway(gateway, lambdaWebhooks(receiver))),
    { skip: skipped(gateway) },
  )
}

const SECRET = 'the secret'

function functionOf(options: Partial<WebhookReceiverOptions> = {}) {
  const clock = manualClock()
  const errors: unknown[] = []
  const receiver = createWebhookReceiver({
    secrets: SECRET,
    clock,
    onError: (error) => errors.push(error),
    ...options,
  })
  return { clock, errors, receiver, handler: lambdaWebhooks(receiver) }
}

/** A delivery as an HTTP API with payload format 2.0 sends it. */
function eventOf(changes: object = {}): LambdaWebhookEvent {
  const { headers, body } = signedDelivery({ secret: SECRET })
  return {
    headers,
    body: Buffer.from(body).toString(),
    isBase64Encoded: false,
    requestContext: { http: { method: 'POST' } },
    ...changes,
  }
}

const says = ({ body }: { readonly body: string }) => {
  const answer = JSON.parse(body)
  return answer.status ?? answer.error.code
}

describe('lambdaWebhooks', () => {
  it.each([{ acknowledgeAfterMs: 8_000 }, { acknowledgeAfterMs: 0 }])(
    'answers only when slow handlers are done, with what became of the delivery ($acknowledgeAfterMs ms)',
    async ({ acknowledgeAfterMs }) => {
      for (const [outcome, status] of [
        ['handled', 200],
        ['WEBHOOK_HANDLER_FAILED', 500],
      ] as const) {
        const { clock, receiver, handler } = functionOf({ acknowledgeAfterMs })
        const steps: string[] = []
        const { promise: until, resolve: finish } = deferred()
        receiver.on('issues', async () => {
          await until
          steps.push('handler done')
          if (status === 500) throw new Error('broken')
        })
        const answer = handler(eventOf()).finally(() => steps.push('answered'))
        if (acknowledgeAfterMs > 0) await clock.untilSleeping()
        await clock.advance(8_000)
        finish()
        expect([(await answer).statusCode, says(await answer)]).toEqual([status, outcome])
        expect(steps).toEqual(['handler done', 'answered'])
      }
    },
  )

  it('takes events without headers, as the console sends them', async () => {
    const { handler } = functionOf()
    for (const headers of [null, undefined]) {
      const event = eventOf({ headers, multiValueHeaders: headers })
      expect(says(await handler(event))).toBe('WEBHOOK_CONTENT_TYPE')
    }
  })

  it('takes headers in any case, only single, only multi-value, or both', async () => {
    const { handler } = functionOf()
    const upper = Object.entries(signedDelivery({ secret: SECRET }).headers).map(
      ([name, value]) => [name.toUpperCase(), value] as const,
    )
    const headers = Object.fromEntries(upper)
    const multiValueHeaders = Object.fromEntries(upper.map(([name, value]) => [name, [value]]))
    for (const given of [{ headers }, { headers: null, multiValueHeaders }, { headers, multiValueHeaders }]) {
      const event = { httpMethod: 'POST', requestContext: {}, ...given }
      expect(says(await handler(eventOf(event)))).toBe('ignored')
    }
  })

  it('refuses a repeated signature, and skips headers without a value', async () => {
    const { handler } = functionOf()
    const { headers } = signedDelivery({ secret: SECRET })
    const signature = headers['x-hub-signature-256'] ?? ''
    const multiValueHeaders = { 'X-Hub-Signature-256': [signature, signature] }
    const lower = { ...headers, 'x-hub-signature-256': undefined }
    expect(says(await handler(eventOf({ headers: lower, multiValueHeaders })))).toBe(
      'WEBHOOK_SIGNATURE_INVALID',
    )
    expect(says(await handler(eventOf({ headers: lower })))).toBe('WEBHOOK_SIGNATURE_MISSING')
  })

  it('answers 401 to an event without a body', async () => {
    const { handler } = functionOf()
    for (const body of [null, undefined, '']) expect((await handler(eventOf({ body }))).statusCode).toBe(401)
  })

  it('says that a mapping template parsed the body, and how to get its bytes', async () => {
    const { handler, errors } = functionOf()
    const result = await handler(eventOf({ body: { action: 'opened' } }))
    expect([result.statusCode, says(result)]).toEqual([500, 'WEBHOOK_BODY_CONSUMED'])
    expect(errors).toMatchObject([{ message: expect.stringContaining('proxy integration') }])
  })

  it.each([
    ['nothing', null],
    ['a text', 'hello'],
    ['a list', []],
    ['the template of the console', { key1: 'value1', key2: 'value2' }],
    ['an event of a queue', { Records: [{ eventSource: 'aws:sqs', body: '{}' }] }],
    ['a WebSocket', { requestContext: { connectionId: 'c', eventType: 'MESSAGE' }, body: '{}' }],
    ['a request context that is null', { requestContext: null }],
  ])('refuses an event that is no HTTP request: %s', async (_, event) => {
    const { handler } = functionOf()
    await expect(handler(JSON.parse(JSON.stringify(event)))).rejects.toThrow(
      new TypeError(
        'lambdaWebhooks(): this event is no HTTP request. Send deliveries through API Gateway, a function URL or an ' +
          'Application Load Balancer; in the console, test with the template "API Gateway AWS Proxy".',
      ),
    )
  })

  it('fails the invocation when a receiver breaks its promise not to reject', async () => {
    const handler = lambdaWebhooks({ receive: () => Promise.reject(new Error('broken')) })
    await expect(handler(eventOf())).rejects.toThrow('broken')
  })
})

function deferred(): { readonly promise: Promise<void>; resolve(): void } {
  let resolve: () => void = () => undefined
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
