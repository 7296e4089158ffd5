import { createWebhookReceiver } from '@hubauth/core'
import { signedDelivery, tamperings } from '@hubauth/testing'
import express5, { type RequestHandler } from 'express'
import express4 from 'express4'
import { describe, expect, it } from 'vitest'
import { type VerifyGitHubWebhookOptions, verifyGitHubWebhook } from '../src/index.ts'
import { keepErrors } from './app.ts'
import { listen } from './listen.ts'

const SECRET = 'the secret'
const echo: RequestHandler = ({ githubWebhook }, response) => {
  response.json({ name: githubWebhook?.name, body: Buffer.from(githubWebhook?.body ?? []).toString() })
}

describe.each([
  ['express 5', express5],
  ['express 4', express4],
])('verifyGitHubWebhook in %s', (_, express) => {
  async function start(options?: VerifyGitHubWebhookOptions, ...before: readonly RequestHandler[]) {
    const receiver = createWebhookReceiver({ secrets: SECRET, maxBytes: 1_000 })
    const app = express()
    for (const handler of before) app.use(handler)
    app.all('/hooks', verifyGitHubWebhook(receiver, options), echo)
    const errors = keepErrors(app)
    const { url, close } = await listen(app, '/hooks')
    return { send: (init: RequestInit) => fetch(url, init), close, errors }
  }

  it('puts the delivery on the request and goes on', async () => {
    const { send, close } = await start()
    const body = '{ "action": "opened", "title": "caf\\u00e9" }'
    const response = await send(signedDelivery({ secret: SECRET, body }))
    expect(await response.json()).toEqual({ name: 'issues.opened', body })
    await close()
  })

  it.each(tamperings)('answers 401 by itself to a delivery with $name', async ({ apply }) => {
    const { send, close, errors } = await start()
    const response = await send(apply(signedDelivery({ secret: SECRET })))
    expect(response.status).toBe(401)
    expect(await response.json()).toMatchObject({
      error: { code: expect.stringMatching(/^WEBHOOK_SIGNATURE_/) },
    })
    expect(errors).toEqual([])
    await close()
  })

  it('answers 405 with what is allowed, 413 and 415 by itself', async () => {
    const { send, close } = await start()
    const get = await send({ method: 'GET' })
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    expect((await send(signedDelivery({ secret: SECRET, body: 'x'.repeat(2_000) }))).status).toBe(413)
    expect((await send({ method: 'POST', body: 'text' })).status).toBe(415)
    await close()
  })

  it('answers 500 at once, naming the cure, when a parser ran first', async () => {
    const { send, close } = await start({}, express.json())
    const response = await send(signedDelivery({ secret: SECRET }))
    expect(response.status).toBe(500)
    expect(await response.text()).toContain('before any body parser')
    await close()
  })

  it("leaves refusals to the application's error middleware when asked to", async () => {
    const { send, close, errors } = await start({ onError: 'next' })
    const response = await send(signedDelivery({ secret: 'another secret' }))
    expect(response.status).toBe(401)
    expect(errors).toMatchObject([{ name: 'HubauthError', code: 'WEBHOOK_SIGNATURE_INVALID', status: 401 }])
    await close()
  })

  it('leaves what is not a refusal to the error middleware in any case', async () => {
    const app = express()
    app.post('/', verifyGitHubWebhook({ verify: () => Promise.reject(new Error('broken')) }), echo)
    const errors = keepErrors(app)
    const { url, close } = await listen(app)
    expect((await fetch(url, { method: 'POST' })).status).toBe(500)
    expect(errors).toMatchObject([{ message: 'broken' }])
    await close()
  })
})
