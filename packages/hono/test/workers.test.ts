import { createWebhookReceiver } from '@hubauth/core'
import { manualClock, signedDelivery } from '@hubauth/testing'
import { Hono, type MiddlewareHandler } from 'hono'
import { describe, expect, it } from 'vitest'
import { githubWebhooks } from '../src/index.ts'

const SECRET = 'the secret'
const URL = 'https://app.example/github/webhooks'

/** Requests without a server, as a platform hands them over. */
describe('githubWebhooks without a server', () => {
  function start(middleware: MiddlewareHandler = (_, next) => next(), maxBytes?: number) {
    const handled: string[] = []
    const errors: unknown[] = []
    const receiver = createWebhookReceiver({
      secrets: SECRET,
      maxBytes,
      onError: (error) => errors.push(error),
    })
    receiver.on('*', ({ name }) => handled.push(name))
    const app = new Hono().use(middleware).all('/github/webhooks', githubWebhooks(receiver))
    return { app, handled, errors }
  }

  it('answers where the platform offers nothing beside the request', async () => {
    const { app, handled } = start()
    const response = await app.request(URL, signedDelivery({ secret: SECRET }))
    expect([response.status, await response.json()]).toEqual([200, { status: 'handled' }])
    expect(handled).toEqual(['issues.opened'])
  })

  it('keeps the platform alive for a handler that goes on after the answer', async () => {
    const clock = manualClock()
    const receiver = createWebhookReceiver({ secrets: SECRET, clock })
    let finish: () => void = () => undefined
    receiver.on('*', () => new Promise<void>((resolve) => (finish = resolve)))
    const app = new Hono().all('/github/webhooks', githubWebhooks(receiver))
    const kept: Promise<unknown>[] = []
    const context = {
      // As on Workers, it cannot do without its `this`.
      waitUntil(this: unknown, work: Promise<unknown>) {
        expect(this).toBe(context)
        kept.push(work)
      },
      passThroughOnException: () => undefined,
      props: {},
    }
    const answer = app.fetch(new Request(URL, signedDelivery({ secret: SECRET })), {}, context)
    await clock.untilSleeping()
    await clock.advance(8_000)
    expect((await answer).status).toBe(202)
    expect(kept).toHaveLength(1)
    finish()
    await Promise.all(kept)
  })

  it('answers 405 to what has no body', async () => {
    const { app } = start()
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'DELETE']) {
      const response = await app.request(URL, { method })
      expect([response.status, response.headers.get('allow')]).toEqual([405, 'POST'])
    }
  })

  it('holds its limit for bytes that Hono has kept', async () => {
    const { app, handled } = start((c, next) => c.req.text().then(next), 1_000)
    const response = await app.request(URL, signedDelivery({ secret: SECRET, body: 'x'.repeat(1_001) }))
    expect(response.status).toBe(413)
    expect(handled).toEqual([])
  })

  it('says what to do when the bytes are gone', async () => {
    const { app, errors } = start((c, next) => c.req.formData().then(next))
    const delivery = signedDelivery({ secret: SECRET, contentType: 'form' })
    expect((await app.request(URL, delivery)).status).toBe(500)
    expect(errors).toMatchObject([
      { code: 'WEBHOOK_BODY_CONSUMED', message: expect.stringContaining('c.req.arrayBuffer()') },
    ])
  })

  it('does not take what text has lost for a wrong secret', async () => {
    const { app } = start((c, next) => c.req.text().then(next))
    const { headers, ...delivery } = signedDelivery({ secret: SECRET, body: '\ufeff{}' })
    const response = await app.request(URL, { ...delivery, headers: { ...headers, 'content-length': '5' } })
    expect(response.status).toBe(401)
    expect(await response.text()).toContain('2 bytes arrived, content-length promised 5')
  })
})
