import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFetchHandler, HubauthError, type WebhookReceiver, type WebhookResponse } from '@hubauth/core'
import { describe, expect, it } from 'vitest'
import { parserCases } from '../../src/conformance/webhook-mount/parser-cases.ts'
import { webhookMountCases } from '../../src/conformance/webhook-mount-suite.ts'
import { describeWebhookMount, type WebhookMount } from '../../src/index.ts'
import { brokenRules } from './broken-rules.ts'

type Read = (request: IncomingMessage, maxBytes: number) => Promise<Uint8Array>
type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** The least that a server must do, and so a second opinion beside the packages for frameworks. */
const plainRead: Read = async (request, maxBytes) => {
  const chunks: Buffer[] = []
  let size = 0
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      size += chunk.length
      if (size > maxBytes) throw new HubauthError('WEBHOOK_BODY_TOO_LARGE', 'Too large.')
      chunks.push(chunk)
    }
  } catch (error) {
    throw HubauthError.isInstance(error) ? error : new HubauthError('WEBHOOK_BODY_ABORTED', 'Cut off.')
  }
  return Buffer.concat(chunks)
}

interface Flaws {
  readonly read?: Read
  readonly write?: (response: ServerResponse, answer: WebhookResponse) => void
}

function listener(receiver: WebhookReceiver, { read = plainRead, write = plainWrite }: Flaws = {}): Listener {
  return async (request, response) => {
    const answer = await receiver.receive({
      method: request.method ?? '',
      header: (name) => request.headers[name]?.toString(),
      body: (maxBytes) => read(request, maxBytes),
    })
    if (response.destroyed) return
    write(response, answer)
    if (request.readableEnded) response.end()
    else request.on('end', () => response.end()).resume()
  }
}

function plainWrite(response: ServerResponse, { status, headers, body }: WebhookResponse): void {
  response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) }).write(body)
}

function mountOf(make: (receiver: WebhookReceiver) => Listener): WebhookMount {
  return async (receiver) => {
    const listen = make(receiver)
    const server = createServer((request, response) => {
      listen(request, response).catch(() => response.destroy())
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    return {
      url: `http://127.0.0.1:${port}/github/webhooks`,
      async close() {
        server.closeAllConnections()
        await new Promise((resolve) => server.close(resolve))
      },
    }
  }
}

const consume = async (request: IncomingMessage) => {
  for await (const _ of request);
}

const consumedRead: Read = async () => {
  throw new HubauthError('WEBHOOK_BODY_CONSUMED', 'Gone.')
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
] as const

describeWebhookMount(
  'a plain server',
  mountOf((receiver) => listener(receiver)),
  { parsers: PARSERS },
)

interface BrokenMount {
  readonly flaw: string
  /** One of the rules that must find it. */
  readonly rule: string
  readonly mount: WebhookMount
}

/** Mounts that people have written, each with what is wrong with it. */
const BROKEN: readonly BrokenMount[] = [
  {
    flaw: 'writes the body again from what it parsed',
    rule: 'hands over the exact bytes of a body with escaped characters',
    mount: mountOf((receiver) =>
      listener(receiver, {
        read: async (...args) =>
          Buffer.from(JSON.stringify(JSON.parse(Buffer.from(await plainRead(...args)).toString()))),
      }),
    ),
  },
  {
    flaw: 'decodes the body as text',
    rule: 'hands over the exact bytes of a body with a byte order mark',
    mount: mountOf((receiver) =>
      listener(receiver, {
        read: async (...args) => new TextEncoder().encode(new TextDecoder().decode(await plainRead(...args))),
      }),
    ),
  },
  {
    flaw: 'reads without a limit',
    rule: 'takes a body of the largest size, and answers 413 to one byte more',
    mount: mountOf((receiver) => listener(receiver, { read: (request) => plainRead(request, 1e9) })),
  },
  {
    flaw: 'ends the connection of a large upload',
    rule: 'lets the sender of a far too large body whose length is not given read the 413',
    mount: mountOf((receiver) =>
      listener(receiver, {
        read: (request, maxBytes) => plainRead(request, maxBytes).finally(() => request.destroy()),
      }),
    ),
  },
  {
    flaw: 'waits for ever for an upload that was cut off',
    rule: 'survives an upload that is cut off, and handles what comes after',
    mount: mountOf((receiver) =>
      listener(receiver, { read: (...args) => plainRead(...args).catch(() => new Promise(() => undefined)) }),
    ),
  },
  {
    flaw: 'takes every method for POST',
    rule: 'answers 405 to GET and allows POST',
    mount: mountOf((receiver) =>
      listener({ ...receiver, receive: (request) => receiver.receive({ ...request, method: 'POST' }) }),
    ),
  },
  {
    flaw: 'drops the headers of the answer',
    rule: 'answers 405 to GET and allows POST',
    mount: mountOf((receiver) =>
      listener(receiver, { write: (response, answer) => plainWrite(response, { ...answer, headers: {} }) }),
    ),
  },
  {
    flaw: 'counts characters instead of bytes',
    rule: 'counts the length of its answer in bytes, not in characters',
    mount: mountOf((receiver) =>
      listener(receiver, {
        write: (response, { status, headers, body }) =>
          response.writeHead(status, { ...headers, 'content-length': body.length }).write(body),
      }),
    ),
  },
  {
    flaw: 'answers before the receiver does',
    rule: 'refuses a delivery with a signature of another secret',
    mount: mountOf((receiver) => async (request, response) => {
      response.writeHead(202, { 'content-length': 0 }).end()
      await listener(receiver, { write: () => undefined })(request, response)
    }),
  },
  {
    flaw: 'says what the handler threw',
    rule: 'answers 500 without a word of what a handler threw',
    mount: mountOf((receiver) =>
      listener(receiver, {
        write: (response, answer) =>
          plainWrite(response, answer.status === 500 ? { ...answer, body: 'hunter2' } : answer),
      }),
    ),
  },
]

describe('describeWebhookMount', () => {
  it.each(BROKEN)('fails a mount that $flaw', async ({ rule, mount }) => {
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
