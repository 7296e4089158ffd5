import { createFetchHandler, HubauthError } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { parserCases } from '../../src/conformance/webhook-mount/parser-cases.ts'
import { webhookMountCases } from '../../src/conformance/webhook-mount-suite.ts'
import { describeWebhookMount } from '../../src/index.ts'
import { BROKEN_MOUNTS } from './broken-mounts.ts'
import { brokenRules } from './broken-rules.ts'
import { consume, type Listener, listener, mountOf, plainRead, type Read } from './plain-server.ts'

const consumedRead: Read = async () => {
  throw new HubauthError('WEBHOOK_BODY_CONSUMED', 'Gone.')
}

const answerBy =
  (status: number): Listener =>
  async (request, response) => {
    await consume(request)
    response.writeHead(status).end()
  }

const PARSERS = [
  { name: 'nothing', mount: mountOf((receiver) => listener(receiver)), expect: 'handled' },
  {
    name: 'nothing',
    mount: mountOf((receiver) => listener(receiver)),
    expect: 'handled',
    contentType: 'form',
  },
  {
    name: 'something that reads it',
    mount: mountOf((receiver) => async (request, response) => {
      await consume(request)
      await listener(receiver, { read: consumedRead })(request, response)
    }),
    expect: 'consumed',
  },
  {
    name: 'something with a limit',
    mount: mountOf((receiver) => (request, response) => {
      return Number(request.headers['content-length']) > 1_000
        ? answerBy(413)(request, response)
        : listener(receiver)(request, response)
    }),
    expect: 'refused',
    extraBytes: 1_000,
  },
] as const

describeWebhookMount(
  'a plain server',
  mountOf((receiver) => listener(receiver)),
  { parsers: PARSERS },
)

describe('describeWebhookMount', () => {
  it.each(BROKEN_MOUNTS)('fails a mount that $flaw', async ({ rule, mount }) => {
    const cases = webhookMountCases.filter(({ name }) => name === rule)
    expect(await brokenRules(cases, mount)).toEqual([rule])
  })

  it('fails a mount that waits for a body that was read before', async () => {
    const mount = mountOf((receiver) => async (request, response) => {
      await consume(request)
      await listener(receiver, { read: () => new Promise(() => undefined) })(request, response)
    })
    const cases = parserCases([{ name: 'a parser', mount, expect: 'consumed' }])
    expect(await brokenRules(cases, mount)).toHaveLength(1)
  })

  it('fails a mount that handles what a parser wrote again', async () => {
    const mount = mountOf((receiver) => async (request, response) => {
      const parsed = JSON.parse(Buffer.from(await plainRead(request, 1e6)).toString())
      await listener(receiver, { read: async () => Buffer.from(JSON.stringify(parsed)) })(request, response)
    })
    const cases = parserCases([{ name: 'a parser', mount, expect: 'handled' }])
    expect(await brokenRules(cases, mount)).toHaveLength(1)
  })

  it.each([200, 500])('fails a parser that refuses a body with %i', async (status) => {
    const mount = mountOf(() => answerBy(status))
    const cases = parserCases([{ name: 'a parser', mount, expect: 'refused' }])
    expect(await brokenRules(cases, mount)).toHaveLength(1)
  })

  it('runs on a mount of Request and Response', async () => {
    const mount = mountOf((receiver) => async (request, response) => {
      const handle = createFetchHandler(receiver)
      const body = request.method === 'GET' ? null : Buffer.from(await plainRead(request, 1e8))
      const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const)
      const answer = await handle(
        new Request('http://localhost/', {
          method: request.method ?? 'GET',
          headers: Object.fromEntries(headers),
          body,
        }),
      )
      const bytes = Buffer.from(await answer.arrayBuffer())
      response.writeHead(answer.status, {
        ...Object.fromEntries(answer.headers),
        'content-length': bytes.length,
      })
      response.end(bytes)
    })
    expect(await brokenRules(webhookMountCases, mount)).toEqual([])
  })
})
