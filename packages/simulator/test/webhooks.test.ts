import { describe, expect, test } from 'vitest'
import { installationId, startTestGitHub } from './support/test-github.ts'
import { hmac, only, startReceiver } from './support/webhook-receiver.ts'

describe('A delivery', () => {
  test('carries every header GitHub sends, and both signatures hold', async () => {
    const github = await startTestGitHub()
    const { url, received } = await startReceiver()
    const result = await github.deliver({
      event: 'issues',
      action: 'opened',
      payload: { issue: { number: 1 } },
      url,
      installation: 'acme',
    })
    expect(result).toEqual({
      guid: expect.any(String),
      status: 202,
      body: 'seen',
      durationMs: expect.any(Number),
    })
    const { headers, body } = only(received)
    expect(headers).toMatchObject({
      accept: '*/*',
      'content-type': 'application/json',
      'user-agent': expect.stringMatching(/^GitHub-Hookshot\/[\da-f]{7}$/),
      'x-github-delivery': result.guid,
      'x-github-event': 'issues',
      'x-github-hook-id': expect.stringMatching(/^\d+$/),
      'x-github-hook-installation-target-id': String(github.app.id),
      'x-github-hook-installation-target-type': 'integration',
      'x-hub-signature': hmac('sha1', { body, secret: github.app.webhookSecret }),
      'x-hub-signature-256': hmac('sha256', { body, secret: github.app.webhookSecret }),
    })
    expect(result.guid).toMatch(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/)
    expect(JSON.parse(body)).toEqual({
      action: 'opened',
      issue: { number: 1 },
      installation: { id: installationId(github, 'acme'), node_id: expect.any(String) },
    })
  })

  test('sends a payload as given, and a text byte for byte', async () => {
    const github = await startTestGitHub()
    const { url, received } = await startReceiver()
    await github.deliver({ event: 'ping', payload: { zen: 'é', installation: { id: 7 } }, url })
    await github.deliver({ event: 'ping', payload: '{ "zen":\t"é" }\n', url })
    expect(received.map(({ body }) => body)).toEqual([
      '{"zen":"é","installation":{"id":7}}',
      '{ "zen":\t"é" }\n',
    ])
    for (const { headers, body } of received) {
      expect(headers['x-hub-signature-256']).toBe(hmac('sha256', { body, secret: github.app.webhookSecret }))
    }
  })

  test('can be a form, signed as it is sent', async () => {
    const github = await startTestGitHub()
    const { url, received } = await startReceiver()
    await github.deliver({ event: 'ping', payload: { zen: 'a & b' }, url, contentType: 'form' })
    const { headers, body } = only(received)
    expect(headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect(headers['x-hub-signature-256']).toBe(hmac('sha256', { body, secret: github.app.webhookSecret }))
    expect(JSON.parse(new URLSearchParams(body).get('payload') ?? '')).toEqual({ zen: 'a & b' })
  })

  test('keeps its GUID when it is sent again', async () => {
    const github = await startTestGitHub()
    const { url, received } = await startReceiver()
    const { guid } = await github.deliver({ event: 'ping', payload: {}, url })
    await github.deliver({ event: 'ping', payload: {}, url, id: guid })
    expect(received.map(({ headers }) => headers['x-github-delivery'])).toEqual([guid, guid])
  })

  test('goes to the app’s own URL, signed with the app’s own secret, unless told otherwise', async () => {
    const { url, received } = await startReceiver()
    const github = await startTestGitHub({ app: { webhookUrl: url, webhookSecret: 'first' } })
    await github.deliver({ event: 'ping', payload: {} })
    await github.deliver({ event: 'ping', payload: {}, secret: 'second' })
    expect(received.map(({ headers }) => headers['x-hub-signature-256'])).toEqual([
      hmac('sha256', { body: '{}', secret: 'first' }),
      hmac('sha256', { body: '{}', secret: 'second' }),
    ])
  })

  test('has no signature when there is no secret', async () => {
    const github = await startTestGitHub()
    const { url, received } = await startReceiver()
    await github.deliver({ event: 'ping', payload: {}, url, secret: '' })
    expect(received[0]?.rawHeaders.filter((name) => /signature/i.test(name))).toEqual([])
  })
})

describe('A tampered delivery', () => {
  test.for<[string, Record<string, unknown> | string]>([
    ['an issue', { action: 'opened', issue: { title: 'hello' } }],
    ['an empty object', {}],
    ['numbers only', { id: 1 }],
    ['a text', '{"zen": "hi"}'],
  ])('has a body that the signature does not cover and that still parses: %s', async ([, payload]) => {
    const github = await startTestGitHub()
    for (const contentType of ['json', 'form'] as const) {
      const { url, received } = await startReceiver()
      await github.deliver({ event: 'issues', payload, url, contentType, tamper: 'body' })
      const { headers, body } = only(received)
      expect(headers['x-hub-signature-256']).toMatch(/^sha256=[\da-f]{64}$/)
      expect(headers['x-hub-signature-256']).not.toBe(
        hmac('sha256', { body, secret: github.app.webhookSecret }),
      )
      expect(() =>
        JSON.parse(contentType === 'json' ? body : (new URLSearchParams(body).get('payload') ?? '')),
      ).not.toThrow()
    }
  })

  test('has a signature that is well formed and wrong', async () => {
    const github = await startTestGitHub()
    const { url, received } = await startReceiver()
    await github.deliver({ event: 'ping', payload: {}, url, tamper: 'signature' })
    const signature = received[0]?.headers['x-hub-signature-256']
    expect(signature).toMatch(/^sha256=[\da-f]{64}$/)
    expect(signature).not.toBe(hmac('sha256', { body: '{}', secret: github.app.webhookSecret }))
  })
})

describe('A receiver that fails is a result', () => {
  test('when it answers 500', async () => {
    const github = await startTestGitHub()
    const { url } = await startReceiver(500)
    expect(await github.deliver({ event: 'ping', payload: {}, url })).toMatchObject({ status: 500 })
  })

  test('when nobody listens', async () => {
    const github = await startTestGitHub()
    const url = 'http://127.0.0.1:1/'
    expect(await github.deliver({ event: 'ping', payload: {}, url })).toMatchObject({
      status: 0,
      error: 'ECONNREFUSED',
    })
  })

  test('when the simulator is closed already: nothing is sent any more', async () => {
    const github = await startTestGitHub()
    const { url, received } = await startReceiver()
    await github.close()
    expect(await github.deliver({ event: 'ping', payload: {}, url })).toMatchObject({
      status: 0,
      error: 'closed',
    })
    expect(received).toEqual([])
  })

  test('when it does not answer in time', async () => {
    const github = await startTestGitHub()
    const { url } = await startReceiver('never')
    expect(await github.deliver({ event: 'ping', payload: {}, url, timeoutMs: 50 })).toMatchObject({
      status: 0,
      error: 'timed out',
    })
  })
})

test.for([
  ['there is no URL', {}],
  ['the URL is not http', { url: 'ftp://127.0.0.1/' }],
  ['the time to wait is none', { url: 'http://127.0.0.1:1/', timeoutMs: Number.NaN }],
  ['the app is not installed there', { url: 'http://127.0.0.1:1/', installation: 'initech' }],
  ['a text should be changed', { url: 'http://127.0.0.1:1/', payload: '{}', action: 'opened' }],
] as const)('A delivery is refused when %s', async ([, delivery]) => {
  const github = await startTestGitHub()
  await expect(github.deliver({ event: 'ping', payload: {}, ...delivery })).rejects.toThrow(TypeError)
})
