import { signedDelivery } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { createFetchHandler, createWebhookReceiver, type WebhookReceiverOptions } from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { SECRET } from './deliveries.ts'

const URL = 'https://octo.example/github/webhooks'

function handler(options: Partial<WebhookReceiverOptions> = {}) {
  const handled: string[] = []
  const receiver = createWebhookReceiver({ secrets: SECRET, onError: () => undefined, ...options })
  receiver.on('issues', ({ name }) => void handled.push(name))
  return { handled, receiver, handle: createFetchHandler(receiver) }
}

/** A signed request whose body arrives in these pieces, without a content-length. */
function streamed(pieces: readonly Uint8Array[], headers: Record<string, string>, end?: Error): Request {
  const rest = [...pieces]
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const piece = rest.shift()
      if (piece !== undefined) controller.enqueue(piece)
      else if (end !== undefined) controller.error(end)
      else controller.close()
    },
  })
  return new Request(URL, { method: 'POST', headers, body, duplex: 'half' })
}

const delivery = () => signedDelivery({ secret: SECRET })

describe('createFetchHandler', () => {
  it('handles a request and answers with a response', async () => {
    const { handle, handled } = handler()
    const response = await handle(new Request(URL, delivery()))
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toEqual({ status: 'handled' })
    expect(handled).toEqual(['issues.opened'])
  })

  it('refuses what is not signed', async () => {
    const { handle, handled } = handler()
    const response = await handle(new Request(URL, { ...delivery(), body: '{}' }))
    expect(response.status).toBe(401)
    expect(handled).toEqual([])
  })

  it('answers 405 and says what is allowed', async () => {
    const response = await handler().handle(new Request(URL))
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
  })

  it('puts a body together that arrives in pieces', async () => {
    const { handle, handled } = handler()
    const { body, headers } = delivery()
    const pieces = [body.slice(0, 1), body.slice(1, 7), body.slice(7)]
    expect((await handle(streamed(pieces, { ...headers }))).status).toBe(200)
    expect(handled).toHaveLength(1)
  })

  it('puts a body together that arrives byte by byte', async () => {
    const { body, headers } = signedDelivery({ secret: SECRET, payload: { text: 'piece 😀 '.repeat(500) } })
    const { handle, handled } = handler()
    const response = await handle(
      streamed(
        Array.from(body, (byte) => Uint8Array.of(byte)),
        { ...headers },
      ),
    )
    expect(response.status).toBe(200)
    expect(handled).toEqual(['issues'])
  })

  it('answers 401 to a request without a body, since nothing signs it', async () => {
    const { headers } = delivery()
    expect(
      (await handler().handle(new Request(URL, { method: 'POST', headers: { ...headers } }))).status,
    ).toBe(401)
  })

  it.each([
    ['was read', async (request: Request) => void (await request.text())],
    ['is being read by somebody else', async (request: Request) => void request.body?.getReader()],
  ])('answers 500 at once when the body %s before, and names the fixes', async (_, spoil) => {
    const { handle, handled } = handler()
    const request = new Request(URL, delivery())
    await spoil(request)
    const response = await handle(request)
    expect(response.status).toBe(500)
    const body = await response.text()
    for (const part of ['WEBHOOK_BODY_CONSUMED', 'before any body parser', 'express.raw', 'rawBody'])
      expect(body).toContain(part)
    expect(handled).toEqual([])
  })

  it('works on a clone of a request that others read', async () => {
    const request = new Request(URL, delivery())
    const copy = request.clone()
    await request.text()
    expect((await handler().handle(copy)).status).toBe(200)
  })

  it('refuses a body that is too large although nobody reads the clone that was made of it', async () => {
    const { headers } = delivery()
    const request = streamed([new Uint8Array(600), new Uint8Array(600)], { ...headers })
    const copy = request.clone()
    expect((await handler({ maxBytes: 1_000 }).handle(request)).status).toBe(413)
    expect(copy.bodyUsed).toBe(false)
  })

  it('refuses a body that announces to be too large, without reading it', async () => {
    const { headers } = delivery()
    let pulled = 0
    const body = new ReadableStream<Uint8Array>(
      {
        pull: () => {
          pulled++
        },
      },
      { highWaterMark: 0 },
    )
    const request = new Request(URL, {
      method: 'POST',
      headers: { ...headers, 'content-length': '1001' },
      body,
      duplex: 'half',
    })
    expect((await handler({ maxBytes: 1_000 }).handle(request)).status).toBe(413)
    expect(pulled).toBe(0)
  })

  it('stops reading when the limit is passed, although nothing announced it', async () => {
    const { headers } = delivery()
    let pulled = 0
    let isCancelled = false
    const body = new ReadableStream<Uint8Array>(
      {
        pull(controller) {
          pulled++
          controller.enqueue(new Uint8Array(400))
        },
        cancel() {
          isCancelled = true
        },
      },
      { highWaterMark: 0 },
    )
    const request = new Request(URL, { method: 'POST', headers: { ...headers }, body, duplex: 'half' })
    expect((await handler({ maxBytes: 1_000 }).handle(request)).status).toBe(413)
    expect([pulled, isCancelled]).toEqual([3, true])
  })

  it('accepts a body of exactly the limit', async () => {
    const { body, headers } = delivery()
    const { handle } = handler({ maxBytes: body.length })
    expect((await handle(streamed([body], { ...headers }))).status).toBe(200)
    const { handle: stricter } = handler({ maxBytes: body.length - 1 })
    expect((await stricter(streamed([body], { ...headers }))).status).toBe(413)
  })

  it('answers 400 when the sender goes away in the middle', async () => {
    const { body, headers } = delivery()
    const { handle, handled } = handler()
    const response = await handle(streamed([body.slice(0, 10)], { ...headers }, new Error('socket hang up')))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { code: 'WEBHOOK_BODY_ABORTED' } })
    expect(handled).toEqual([])
  })

  it('keeps the this of waitUntil, which platforms insist on', async () => {
    const { handle, receiver } = handler({ acknowledgeAfterMs: 0 })
    const gate = deferred()
    receiver.on('issues', () => gate.promise)
    const context = {
      works: [] as Promise<unknown>[],
      waitUntil(work: Promise<unknown>) {
        this.works.push(work)
      },
    }
    expect((await handle(new Request(URL, delivery()), context)).status).toBe(202)
    expect(context.works).toHaveLength(1)
    gate.resolve()
    await Promise.all(context.works)
  })

  it.each([undefined, {}, { waitUntil: undefined }])('needs no context: %j', async (context) => {
    const response = await handler({ acknowledgeAfterMs: 0 }).handle(
      new Request(URL, delivery()),
      context as { waitUntil?(): void },
    )
    expect(response.status).toBe(202)
  })
})
