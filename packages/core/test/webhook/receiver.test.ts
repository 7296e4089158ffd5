import { signedDelivery, tamperings } from '@hubauth/testing'
import { describe, expect, it, vi } from 'vitest'
import {
  createWebhookReceiver,
  type Delivery,
  HubauthError,
  type WebhookReceiverOptions,
} from '../../src/index.ts'
import { deferred } from '../deferred.ts'
import { timeline } from '../timeline.ts'
import { codeIn, request, requestOf, requestWith, SECRET, statusIn } from './deliveries.ts'

/** A receiver, what it reported, and what its handlers saw. */
function receiver(options: Partial<WebhookReceiverOptions> = {}) {
  const reported: unknown[] = []
  const handled: string[] = []
  const made = createWebhookReceiver({
    secrets: SECRET,
    onError: (error) => reported.push(error),
    ...options,
  })
  const note = (delivery: Delivery<unknown>) => {
    handled.push(delivery.name)
  }
  return { receiver: made, reported, handled, note }
}

describe('a receiver', () => {
  it('runs every handler that matches: the event with its action, the event, and everything', async () => {
    const { receiver: made } = receiver()
    const seen: string[] = []
    for (const name of ['*', 'issues', 'issues.opened', 'issues.closed', 'push'])
      made.on(name, () => void seen.push(name))
    expect(statusIn(await made.receive(request()))).toBe('handled')
    expect(seen).toEqual(['issues.opened', 'issues', '*'])
  })

  // The signature covers the body only, so whoever replays one can choose the headers.
  it('is not misled by an event header that looks like an event and an action', async () => {
    const { receiver: made } = receiver()
    const seen: string[] = []
    for (const name of ['issues', 'issues.opened']) made.on(name, () => void seen.push(name))
    await made.receive(request({ event: 'issues.opened', payload: {} }))
    seen.length = 0
    await made.receive(request())
    expect(seen).toEqual(['issues.opened', 'issues'])
  })

  it.each(['deploy', 'deploy-prod', 'release v1.2 (beta)'])(
    'runs the handler of a repository_dispatch whose sender chose the action %j',
    async (action) => {
      const { receiver: made, handled, note } = receiver()
      made.on(`repository_dispatch.${action}`, note)
      await made.receive(request({ event: 'repository_dispatch', payload: { action } }))
      await made.receive(request({ event: 'repository_dispatch', payload: { action: 'other' } }))
      expect(handled).toEqual([`repository_dispatch.${action}`])
    },
  )

  it('runs a handler that was added after the event had come before', async () => {
    const { receiver: made, handled, note } = receiver()
    await made.receive(request())
    made.on('issues', note)
    await made.receive(request())
    expect(handled).toEqual(['issues.opened'])
  })

  it('answers 200 "ignored" when no handler matches', async () => {
    const { receiver: made, handled, note } = receiver()
    made.on('push', note)
    const response = await made.receive(request())
    expect([response.status, statusIn(response), handled]).toEqual([200, 'ignored', []])
  })

  it('answers ping by itself, and lets a handler see it', async () => {
    const { receiver: made, handled, note } = receiver()
    expect(statusIn(await made.receive(request({ event: 'ping', payload: { zen: 'x' } })))).toBe('pong')
    made.on('ping', note)
    expect(statusIn(await made.receive(request({ event: 'ping', payload: { zen: 'x' } })))).toBe('handled')
    expect(handled).toEqual(['ping'])
  })

  it('passes what auth makes of the delivery to the handlers', async () => {
    const made = createWebhookReceiver({
      secrets: SECRET,
      auth: { forDelivery: ({ installationId, owner }) => `${owner}:${installationId}` },
    })
    const seen: string[] = []
    made.on('issues', (_, github) => void seen.push(github))
    await made.receive(request())
    expect(seen).toEqual(['acme:1'])
  })

  it.each([
    ['another method', () => request({}, { method: 'GET' }), 405, 'WEBHOOK_METHOD_NOT_ALLOWED'],
    [
      'another content type',
      () => requestWith({ 'content-type': 'text/plain' }),
      415,
      'WEBHOOK_CONTENT_TYPE',
    ],
    ['no event', () => requestWith({ 'x-github-event': undefined }), 400, 'WEBHOOK_HEADER_MISSING'],
    [
      'no signature',
      () => requestWith({ 'x-hub-signature-256': undefined }),
      401,
      'WEBHOOK_SIGNATURE_MISSING',
    ],
    ['a wrong signature', () => request({ secret: 'another' }), 401, 'WEBHOOK_SIGNATURE_INVALID'],
    ['no JSON', () => request({ body: '{' }), 400, 'WEBHOOK_BODY_INVALID'],
    ['a consumed body', () => failing('WEBHOOK_BODY_CONSUMED'), 500, 'WEBHOOK_BODY_CONSUMED'],
    ['a body that is too large', () => failing('WEBHOOK_BODY_TOO_LARGE'), 413, 'WEBHOOK_BODY_TOO_LARGE'],
    ['a body that ended early', () => failing('WEBHOOK_BODY_ABORTED'), 400, 'WEBHOOK_BODY_ABORTED'],
  ] as const)('answers %s without running a handler', async (_, make, status, code) => {
    const { receiver: made, handled, note } = receiver()
    made.on('*', note)
    const response = await made.receive(make())
    expect([response.status, codeIn(response)]).toEqual([status, code])
    expect(response.headers['content-type']).toMatch(/^application\/json/)
    expect(response.headers.allow).toBe(status === 405 ? 'POST' : undefined)
    expect(handled).toEqual([])
  })

  it.each(tamperings)('never runs a handler for a delivery with $name', async ({ apply }) => {
    const { receiver: made, handled, note } = receiver({ acknowledgeAfterMs: 0 })
    made.on('*', note)
    expect((await made.receive(requestOf(apply(signedDelivery({ secret: SECRET }))))).status).toBe(401)
    expect(handled).toEqual([])
  })

  it('reports a consumed body, and names the three fixes in the answer', async () => {
    const { receiver: made, reported } = receiver()
    const { body } = await made.receive(failing('WEBHOOK_BODY_CONSUMED'))
    for (const fix of ['before any body parser', 'express.raw', 'rawBody']) expect(body).toContain(fix)
    expect(reported).toMatchObject([{ code: 'WEBHOOK_BODY_CONSUMED' }])
  })

  it('tells the sender nothing of what a handler threw, and onError everything', async () => {
    const { receiver: made, reported } = receiver()
    const failure = new Error('DB password=hunter2 failed')
    made.on('issues', () => {
      throw failure
    })
    const response = await made.receive(request())
    expect([response.status, codeIn(response)]).toEqual([500, 'WEBHOOK_HANDLER_FAILED'])
    expect(response.body).not.toContain('hunter2')
    expect(reported).toEqual([failure])
  })

  it('prints on one line which delivery failed, whatever its sender called it', async () => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const failure = new Error('no')
    const made = createWebhookReceiver({ secrets: SECRET }).on('*', () => Promise.reject(failure))
    const action = 'deploy\n[hubauth] all is well \u001b[2J'
    await made.receive(request({ id: 'd-1', event: 'repository_dispatch', payload: { action } }))
    const what = '[hubauth] delivery d-1 (repository_dispatch.deploy [hubauth] all is well [2J):'
    expect(printed.mock.calls).toEqual([[what, failure]])
    printed.mockRestore()
  })

  it('runs the other handlers when one fails, and reports each failure with its delivery', async () => {
    const reported: unknown[] = []
    const {
      receiver: made,
      handled,
      note,
    } = receiver({
      onError: (error, delivery) => reported.push([error, delivery?.name]),
    })
    made
      .on('issues', () => Promise.reject('first'))
      .on('issues', note)
      .on('*', () => Promise.reject('second'))
    expect((await made.receive(request())).status).toBe(500)
    expect(handled).toEqual(['issues.opened'])
    expect(reported).toEqual([
      ['first', 'issues.opened'],
      ['second', 'issues.opened'],
    ])
  })

  it('answers 500 when auth fails, and reports why', async () => {
    const failure = new HubauthError('ORGANIZATION_UNKNOWN', 'No app is configured.')
    const {
      receiver: made,
      reported,
      handled,
      note,
    } = receiver({
      auth: {
        forDelivery: () => {
          throw failure
        },
      },
    })
    made.on('issues', note)
    const response = await made.receive(request())
    expect([response.status, codeIn(response)]).toEqual([500, 'WEBHOOK_HANDLER_FAILED'])
    expect([reported, handled]).toEqual([[failure], []])
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('the log is full')
      },
    ],
    ['rejects', () => Promise.reject(new Error('the log is full'))],
  ])('answers as ever when onError itself %s', async (_, onError) => {
    const made = createWebhookReceiver({ secrets: SECRET, onError })
    made.on('issues', () => Promise.reject(new Error('no')))
    expect((await made.receive(request())).status).toBe(500)
    await timeline().idle()
  })

  it.each(['issue opened', 'Issues', 'issues.', '.opened', '', 'issues.opened.twice', '**'])(
    'refuses the event name %j, which no event can have',
    (name) => {
      expect(() => receiver().receiver.on(name, () => undefined)).toThrow(TypeError)
    },
  )

  it.each([
    ['nothing', undefined],
    ['a generator', function* () {}],
    ['an async generator', async function* () {}],
  ])('refuses %s as a handler, which would never run', (_, handler) => {
    expect(() => receiver().receiver.on('issues', handler as () => void)).toThrow(TypeError)
  })

  it.each([
    { acknowledgeAfterMs: -1 },
    { acknowledgeAfterMs: Number.NaN },
    { rememberMs: 0 },
    { maxBytes: 0 },
    { secrets: '' },
  ])('refuses %j when it is built', (wrong) => {
    expect(() => receiver(wrong)).toThrow(TypeError)
  })
})

describe('close', () => {
  it('waits for the handlers that run, and refuses what comes after it', async () => {
    const { receiver: made } = receiver({ acknowledgeAfterMs: 0 })
    const gate = deferred()
    made.on('issues', () => gate.promise)
    const time = timeline()
    expect((await made.receive(request())).status).toBe(202)
    const closed = made.close()
    expect(await time.stateOf(closed)).toBe('pending')
    const late = await made.receive(request())
    expect([late.status, codeIn(late)]).toEqual([503, 'WEBHOOK_CLOSED'])
    gate.resolve()
    expect(await time.stateOf(closed)).toBe('fulfilled')
  })

  it('is not outlived by the handlers of a delivery whose body was still being read', async () => {
    const { receiver: made, handled, note } = receiver()
    made.on('issues', note)
    const { body } = signedDelivery({ secret: SECRET })
    const gate = deferred<Uint8Array>()
    const answer = made.receive(request({}, { body: () => gate.promise }))
    const time = timeline()
    const closed = made.close()
    await time.idle()
    const handledBefore = (await time.stateOf(closed)) === 'fulfilled' ? handled.length : undefined
    gate.resolve(body)
    const response = await answer
    await closed
    if (handledBefore === undefined) expect(response.status).toBe(200)
    else expect([response.status, handled.length]).toEqual([503, handledBefore])
  })

  it('can be called twice', async () => {
    const { receiver: made } = receiver()
    await made.close()
    await made.close()
    expect((await made.receive(request())).status).toBe(503)
  })
})

/** A request whose body cannot be had. */
function failing(code: 'WEBHOOK_BODY_CONSUMED' | 'WEBHOOK_BODY_TOO_LARGE' | 'WEBHOOK_BODY_ABORTED') {
  return request({}, { body: () => Promise.reject(new HubauthError(code, 'The body is not there.')) })
}
