import type { RequestListener } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { describeWebhookMount, type ParserSetup, type WebhookMount } from '@hubauth/testing'
import { describe, expect, it } from 'vitest'
import { nodeWebhooks } from '../src/index.ts'
import { listen } from './listen.ts'

/** Mounts the listener behind something that sees the request first. */
function behind(before: (...parameters: Parameters<RequestListener>) => unknown): WebhookMount {
  return (receiver) => {
    const handle = nodeWebhooks(receiver)
    return listen(async (request, response) => {
      await before(request, response)
      handle(request, response)
    })
  }
}

function parser(
  name: string,
  expected: ParserSetup['expect'],
  before: Parameters<typeof behind>[0],
): ParserSetup {
  return { name, mount: behind(before), expect: expected }
}

describeWebhookMount(
  'node:http',
  behind(() => undefined),
  {
    parsers: [
      parser('a parser that keeps the bytes in rawBody', 'handled', async (request) => {
        const rawBody = await buffer(request)
        Object.assign(request, { rawBody, body: parsed(rawBody) })
      }),
      parser('a parser that keeps the text in rawBody', 'handled', async (request) => {
        Object.assign(request, { rawBody: (await buffer(request)).toString(), body: {} })
      }),
      parser('a parser that leaves the bytes in body', 'handled', async (request) => {
        Object.assign(request, { body: await buffer(request) })
      }),
      parser('a parser that leaves the text in body', 'handled', async (request) => {
        Object.assign(request, { body: (await buffer(request)).toString() })
      }),
      parser('something that sets an empty object as body', 'handled', (request) => {
        Object.assign(request, { body: {} })
      }),
      parser('something that sets an empty text and empty bytes', 'handled', (request) => {
        Object.assign(request, { rawBody: Buffer.alloc(0), body: '' })
      }),
      parser('something that defines a body that throws', 'handled', (request) => {
        Object.defineProperty(request, 'body', {
          get() {
            throw new Error('no parser')
          },
        })
      }),
      parser('something that asked for text with setEncoding', 'handled', (request) => {
        request.setEncoding('utf8')
      }),
      parser('something that only waited a while', 'handled', () => new Promise(setImmediate)),
      parser('a parser that keeps the object only', 'consumed', async (request) => {
        Object.assign(request, { body: parsed(await buffer(request)) })
      }),
      parser('something that read and threw away', 'consumed', async (request) => {
        await buffer(request)
      }),
      parser('a parser that keeps the object, and a body that throws', 'consumed', async (request) => {
        await buffer(request)
        Object.defineProperty(request, 'body', {
          get() {
            throw new Error('invalid JSON')
          },
        })
      }),
    ],
  },
)

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString())
  } catch {
    return {}
  }
}

describe('nodeWebhooks', () => {
  it('closes the connection, and nothing else, when a receiver breaks its promise not to reject', async () => {
    const { url, close } = await listen(nodeWebhooks({ receive: () => Promise.reject(new Error('broken')) }))
    await expect(fetch(url, { method: 'POST', body: '{}' })).rejects.toThrow('fetch failed')
    await close()
  })

  it('leaves an answer alone that something gave before', async () => {
    const handle = nodeWebhooks({ receive: async () => ({ status: 200, headers: {}, body: 'late' }) })
    const { url, close } = await listen((request, response) => {
      response.writeHead(418).end('first')
      handle(request, response)
    })
    const response = await fetch(url, { method: 'POST', body: '{}' })
    expect([response.status, await response.text()]).toEqual([418, 'first'])
    await close()
  })
})
