import { inspect } from 'node:util'
import { signedDelivery, tamperings } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { createDeliveryVerifier } from '../../src/index.ts'
import { errorWithCode, hubauthError } from '../rejection.ts'
import { request, requestOf, requestWith, SECRET } from './deliveries.ts'

const verify = createDeliveryVerifier({ secrets: SECRET })

describe('createDeliveryVerifier', () => {
  it('gives everything that GitHub sent along', async () => {
    const payload = {
      action: 'opened',
      installation: { id: 7 },
      repository: { id: 1, name: 'api', full_name: 'acme/api', owner: { login: 'acme' } },
    }
    const headers = { id: 'd-1', hookId: 2, targetId: 3, targetType: 'integration' }
    const delivery = await verify(request({ ...headers, event: 'issues', payload }))
    expect(JSON.parse(JSON.stringify(delivery))).toEqual({
      ...headers,
      event: 'issues',
      action: 'opened',
      installationId: 7,
      owner: 'acme',
      secretIndex: 0,
    })
    expect(delivery.name).toBe('issues.opened')
    expect(delivery.payload).toEqual(payload)
    expect(new TextDecoder().decode(delivery.body)).toBe(JSON.stringify(payload))
    expect(Object.isFrozen(delivery)).toBe(true)
  })

  it('never takes the target of the hook, which is the app, for the installation', async () => {
    const delivery = await verify(
      request({ targetId: 4_711, payload: { zen: 'Keep it logically awesome.' } }),
    )
    expect(delivery.targetId).toBe(4_711)
    expect(delivery.installationId).toBe(undefined)
  })

  it.each([
    [
      { installation: { id: 7, account: { login: 'globex' } }, repository: { owner: { login: 'acme' } } },
      'globex',
    ],
    [{ installation: { id: 7 }, repository: { owner: { login: 'acme' } } }, 'acme'],
    [{ installation: { id: 7 }, organization: { login: 'acme' } }, 'acme'],
    [{ installation: { id: 7, account: null } }, undefined],
    [{ installation: null, repository: null, organization: null }, undefined],
    [{ installation: 7, repository: 'acme/api' }, undefined],
    [{ installation: { id: '7' }, organization: { login: 42 } }, undefined],
  ])('knows whom %j belongs to, and does not fall over it', async (payload, owner) => {
    expect((await verify(request({ payload }))).owner).toBe(owner)
  })

  it('reads a form with the JSON in its field payload', async () => {
    const payload = { action: 'opened', title: 'a&b=c+d %20 é' }
    expect((await verify(request({ contentType: 'form', payload }))).payload).toEqual(payload)
  })

  it.each(['application/json', 'APPLICATION/JSON; charset=utf-8', 'application/json ;charset=UTF-8'])(
    'takes the content type %s',
    async (contentType) => {
      expect((await verify(requestWith({ 'content-type': contentType }))).event).toBe('issues')
    },
  )

  it('accepts a signed body with a byte order mark', async () => {
    expect((await verify(request({ body: '\uFEFF{"action":"opened"}' }))).action).toBe('opened')
  })

  it('says which of several secrets matched', async () => {
    const rotating = createDeliveryVerifier({ secrets: ['newer', SECRET] })
    expect((await rotating(request())).secretIndex).toBe(1)
  })

  it('shows nothing of the payload when it is printed', async () => {
    const delivery = await verify(request({ payload: { planted: 'private repository' } }))
    for (const text of [
      inspect(delivery, { depth: Number.POSITIVE_INFINITY, showHidden: true }),
      inspect(delivery, { customInspect: false, showHidden: true }),
      JSON.stringify(delivery),
      JSON.stringify({ ...delivery }),
    ])
      expect(text).not.toMatch(/planted|private repository/)
  })

  it.each(tamperings)('refuses a delivery with $name', async ({ apply }) => {
    const error = await hubauthError(verify(requestOf(apply(signedDelivery({ secret: SECRET })))))
    expect(error.status).toBe(401)
  })

  it.each([
    ['another method', { method: 'GET' }, 'WEBHOOK_METHOD_NOT_ALLOWED'],
    ['a method in lower case', { method: 'post' }, 'WEBHOOK_METHOD_NOT_ALLOWED'],
  ] as const)('refuses %s without reading the body', async (_, overrides, code) => {
    let reads = 0
    const body = async () => {
      reads++
      return new Uint8Array()
    }
    await errorWithCode(code, verify(request({}, { ...overrides, body })))
    expect(reads).toBe(0)
  })

  it.each([
    ['content-type', undefined, 'WEBHOOK_CONTENT_TYPE'],
    ['content-type', 'text/plain', 'WEBHOOK_CONTENT_TYPE'],
    ['content-type', 'multipart/form-data; boundary=x', 'WEBHOOK_CONTENT_TYPE'],
    ['content-type', 'application/jsonx', 'WEBHOOK_CONTENT_TYPE'],
    ['x-hub-signature-256', undefined, 'WEBHOOK_SIGNATURE_MISSING'],
    ['x-hub-signature-256', '', 'WEBHOOK_SIGNATURE_MISSING'],
    ['x-github-event', undefined, 'WEBHOOK_HEADER_MISSING'],
    ['x-github-event', '', 'WEBHOOK_HEADER_MISSING'],
    ['x-github-delivery', undefined, 'WEBHOOK_HEADER_MISSING'],
  ] as const)('refuses %s: %j', async (name, value, code) => {
    await errorWithCode(code, verify(requestWith({ [name]: value })))
  })

  it('names the header that is missing', async () => {
    const missing = verify(requestWith({ 'x-github-delivery': undefined }))
    expect((await errorWithCode('WEBHOOK_HEADER_MISSING', missing)).message).toContain('X-GitHub-Delivery')
  })

  it('takes headers with numbers that are none for absent', async () => {
    const delivery = await verify(
      requestWith({ 'x-github-hook-id': '0x10', 'x-github-hook-installation-target-id': '9'.repeat(30) }),
    )
    expect([delivery.hookId, delivery.targetId]).toEqual([undefined, undefined])
  })

  it.each([
    ['text that is no JSON', 'not json'],
    ['nothing', ''],
    ['null', 'null'],
    ['a list', '[]'],
    ['a number', '42'],
    ['JSON that is cut off', '{"action":"opened"'],
  ])('refuses a signed body that is %s', async (_, body) => {
    const error = await errorWithCode('WEBHOOK_BODY_INVALID', verify(request({ body })))
    expect(error.status).toBe(400)
    expect(error.cause).toBe(undefined)
  })

  it('refuses a form without the field payload', async () => {
    await errorWithCode('WEBHOOK_BODY_INVALID', verify(request({ contentType: 'form', body: 'other={}' })))
  })

  it.each(['', ' \n', '\uFEFF'])(
    'never takes JSON that begins with %j for a form, whatever the texts in it are made of',
    async (before) => {
      const forged = '&payload={"action":"deleted","installation":{"id":666}}&'
      const body = `${before}${JSON.stringify({ action: 'created', comment: { body: forged } })}`
      const { headers } = signedDelivery({ secret: SECRET, body, contentType: 'form' })
      const sent = requestOf(signedDelivery({ secret: SECRET, body }), { header: (name) => headers[name] })
      await errorWithCode('WEBHOOK_BODY_INVALID', verify(sent))
    },
  )

  it.each(['x-github-delivery', 'x-github-hook-installation-target-type'])(
    'refuses a %s that is longer than GitHub writes it, which claims would keep',
    async (name) => {
      expect((await verify(requestWith({ [name]: 'x'.repeat(100) }))).event).toBe('issues')
      await errorWithCode('WEBHOOK_HEADER_MISSING', verify(requestWith({ [name]: 'x'.repeat(101) })))
    },
  )

  it('parses nothing before the signature is right', async () => {
    const { body, headers } = signedDelivery({ secret: 'another', body: 'not json' })
    await errorWithCode('WEBHOOK_SIGNATURE_INVALID', verify(requestOf({ method: 'POST', body, headers })))
  })

  it('says that a body was cut on the way when it is shorter than promised', async () => {
    const delivery = signedDelivery({ secret: SECRET })
    const cut = requestOf(
      { ...delivery, headers: { ...delivery.headers, 'content-length': String(delivery.body.length) } },
      { body: async () => delivery.body.slice(0, 10) },
    )
    const error = await errorWithCode('WEBHOOK_SIGNATURE_INVALID', verify(cut))
    expect(error.message).toMatch(/10 bytes arrived, content-length promised \d+.*cuts or rewrites/)
  })

  it('asks for no more than GitHub sends, or than it is told', async () => {
    const asked: number[] = []
    const body = async (maxBytes: number) => {
      asked.push(maxBytes)
      return new Uint8Array()
    }
    await hubauthError(verify(request({}, { body })))
    await hubauthError(createDeliveryVerifier({ secrets: SECRET, maxBytes: 1_000 })(request({}, { body })))
    expect(asked).toEqual([25 * 1024 * 1024, 1_000])
  })

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses maxBytes %d when it is built',
    (maxBytes) => {
      expect(() => createDeliveryVerifier({ secrets: SECRET, maxBytes })).toThrow(/^maxBytes: /)
    },
  )
})
