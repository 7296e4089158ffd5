// One test for each defect of @octokit/webhooks 14.2.0 and Probot 14.3.2 that was reproduced in reference/octokit.md §1c.
import { signedDelivery } from '@hubauth/testing'
import { expect, it } from 'vitest'
import { createFetchHandler, createWebhookReceiver, type WebhookReceiverOptions } from '../src/index.ts'
import { rejection } from './rejection.ts'
import { timeline } from './timeline.ts'
import { request, requestOf, SECRET, statusIn } from './webhook/deliveries.ts'

function handling(options: Partial<WebhookReceiverOptions> = {}) {
  const seen: string[] = []
  const receiver = createWebhookReceiver({ secrets: SECRET, onError: () => undefined, ...options })
  receiver.on('*', ({ id }) => void seen.push(id))
  return { receiver, seen }
}

// "webhooks.verify() ignores additionalSecrets"
it('verify takes every secret that receive takes', async () => {
  const { receiver } = handling({ secrets: ['newer', SECRET] })
  expect((await receiver.verify(request())).secretIndex).toBe(1)
  expect((await receiver.receive(request())).status).toBe(200)
})

// "A Buffer body (express.raw) matches none" of the body sources, and hangs for nine seconds.
it('bytes of any kind are a body', async () => {
  const { receiver } = handling()
  const { body, ...delivery } = signedDelivery({ secret: SECRET })
  for (const bytes of [Buffer.from(body), new Uint8Array(body), new Uint8Array([0, ...body]).subarray(1)])
    expect((await receiver.verify(requestOf({ ...delivery, body }, { body: async () => bytes }))).event).toBe(
      'issues',
    )
})

// "express.json() first: hangs 9.0 s, answers 202, handler never runs"; the web middleware throws a TypeError
it('a body that was read before is answered with 500 at once, never with a success', async () => {
  const { receiver, seen } = handling()
  const consumed = new Request('https://octo.example', signedDelivery({ secret: SECRET }))
  await consumed.json()
  expect((await createFetchHandler(receiver)(consumed)).status).toBe(500)
  expect(seen).toEqual([])
})

// "app.use('/api/github/webhooks', mw) -> 404"; "unmatched path -> 200 with empty body"
it('the path is the business of whoever mounts the receiver', async () => {
  const { receiver, seen } = handling({ claims: 'none' })
  for (const path of ['/', '/api/github/webhooks', '/deep/down/?x=1'])
    await createFetchHandler(receiver)(
      new Request(`https://octo.example${path}`, signedDelivery({ secret: SECRET })),
    )
  expect(seen).toHaveLength(3)
})

// "handler error message is sent to the client: DB password=hunter2 failed"
it('the answer says nothing of what a handler threw', async () => {
  const { receiver } = handling()
  receiver.on('issues', () => Promise.reject(new Error('DB password=hunter2 failed')))
  const { status, body } = await receiver.receive(request())
  expect([status, body.includes('hunter2')]).toEqual([500, false])
})

// "Timer starts before body read and signature check: unsigned, incomplete body -> 202"
it('the time limit begins when the signature was verified', async () => {
  const time = timeline()
  const { receiver } = handling({ clock: time.clock })
  const answer = receiver.receive(request({}, { body: () => new Promise(() => undefined) }))
  await time.pass(9_000)
  const isAccepted = (await time.stateOf(answer)) === 'fulfilled' && (await answer).status < 400
  expect(isAccepted).toBe(false)
})

// "60 MB unsigned body read whole (1.05 s) before 400"
it('reading ends where GitHub would have ended', async () => {
  const { receiver } = handling()
  let mebibytes = 0
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      mebibytes++
      controller.enqueue(new Uint8Array(1_048_576))
    },
  })
  const { headers } = signedDelivery({ secret: SECRET })
  const endless = new Request('https://octo.example', {
    method: 'POST',
    headers: { ...headers },
    body,
    duplex: 'half',
  })
  expect((await createFetchHandler(receiver)(endless)).status).toBe(413)
  expect(mebibytes).toBeLessThanOrEqual(27)
})

// "TextDecoder strips a BOM: signed BOM payload rejected; invalid UTF-8 replaced -> mismatch" (webhooks#1155)
it('the bytes are what is signed: a byte order mark, broken UTF-8 and emoji are no mismatch', async () => {
  const { receiver } = handling({ claims: 'none' })
  const json = [...new TextEncoder().encode('{"title":"👩‍👩‍👧"}')]
  const broken = [...json.slice(0, -3), 0xff, 0xfe, ...json.slice(-2)]
  for (const bytes of [[0xef, 0xbb, 0xbf, ...json], broken, json])
    expect(statusIn(await receiver.receive(request({ body: new Uint8Array(bytes) })))).toBe('handled')
})

// "form-urlencoded: 415. It is GitHub's UI default for repo webhooks"
it('a form is handled like JSON', async () => {
  expect(statusIn(await handling().receiver.receive(request({ contentType: 'form' })))).toBe('handled')
})

// "same X-GitHub-Delivery twice runs the handler twice"
it('a delivery that arrives twice is handled once', async () => {
  const { receiver, seen } = handling()
  for (let time = 0; time < 2; time++)
    expect((await receiver.receive(request({ id: 'd-1' }))).status).toBe(200)
  expect(seen).toEqual(['d-1'])
})

// "hook id, installation-target id/type, enterprise host are dropped"
it('nothing that the headers say is dropped', async () => {
  const { headers, ...delivery } = signedDelivery({
    secret: SECRET,
    hookId: 2,
    targetId: 3,
    targetType: 'organization',
  })
  const all = { ...headers, 'x-github-enterprise-host': 'octo.example' }
  expect(await handling().receiver.verify(requestOf({ ...delivery, headers: all }))).toMatchObject({
    hookId: 2,
    targetId: 3,
    targetType: 'organization',
    enterpriseHost: 'octo.example',
  })
})

// "400 missing signature, 400 bad signature; no 401, 413"; webhooks#29: a missing header is silent
it('what is not signed is answered with 401', async () => {
  const { receiver } = handling()
  expect((await receiver.receive(request({ secret: 'another' }))).status).toBe(401)
})

// "error.event carries the whole payload and is logged"
it('an error does not carry the payload', async () => {
  const error = await rejection(handling().receiver.verify(request({ body: '{"planted": oops' })))
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('planted')
})

// Probot: "no secret configured -> a webhook signed with "development" is accepted"
it('there is no secret by default', async () => {
  expect(() => createWebhookReceiver({} as WebhookReceiverOptions)).toThrow(TypeError)
  expect((await handling().receiver.receive(request({ secret: 'development' }))).status).toBe(401)
})
