import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { type RawBodyRequest, readRawBody, writeResponse } from '../src/index.ts'
import { listen } from './listen.ts'
import { exchange, sendAndReset } from './raw-socket.ts'

type Outcome = { readonly bytes: Uint8Array } | { readonly code: string }

/** A server that reads bodies and tells what came of each. */
async function bodyServer(maxBytes: number, prepare: (request: RawBodyRequest) => unknown = () => undefined) {
  const outcomes: Outcome[] = []
  let told: (outcome: Outcome) => void = () => undefined
  const first = new Promise<Outcome>((resolve) => {
    told = resolve
  })
  const server = await listen(async (request, response) => {
    prepare(request)
    const outcome = await readRawBody(request, { maxBytes }).then(
      (bytes) => ({ bytes }),
      (error) => ({ code: String(error.code) }),
    )
    outcomes.push(outcome)
    told(outcome)
    const [status, body] = 'code' in outcome ? [413, outcome.code] : [200, `read ${outcome.bytes.byteLength}`]
    writeResponse(response, { status, headers: {}, body })
  })
  return { ...server, outcomes, first }
}

const post = (body: string, length = body.length) =>
  `POST / HTTP/1.1\r\nhost: here\r\ncontent-length: ${length}\r\n\r\n${body}`

describe('readRawBody', () => {
  it('returns the very bytes that the socket gave, without a copy', async () => {
    const seen: Uint8Array[] = []
    const { port, close, first } = await bodyServer(100, (request) =>
      request.on('data', (chunk) => seen.push(chunk)),
    )
    await exchange(port, post('small'), 'read 5')
    expect(await first).toEqual({ bytes: Buffer.from('small') })
    expect(Object.values(await first)[0]).toBe(seen[0])
    await close()
  })

  it('returns no bytes for an empty body', async () => {
    const { port, close } = await bodyServer(100)
    await exchange(port, post(''), 'read 0')
    await close()
  })

  it.each([
    ['text', 'ä'.repeat(51)],
    ['bytes', Buffer.alloc(101)],
  ])('refuses %s that a parser kept and that is larger than the limit', async (_, rawBody) => {
    const { port, close } = await bodyServer(100, (request) => Object.assign(request, { rawBody }))
    await exchange(port, post('{}'), 'WEBHOOK_BODY_TOO_LARGE')
    await close()
  })

  it('puts a body together that arrives byte by byte', async () => {
    const { port, close, first } = await bodyServer(5_000)
    const body = Buffer.from(Array.from({ length: 5_000 }, (_, index) => 97 + (index % 26)))
    const chunks = Array.from(body, (byte) => `1\r\n${String.fromCharCode(byte)}\r\n`).join('')
    const head = 'POST / HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n'
    await exchange(port, `${head}${chunks}0\r\n\r\n`, 'read 5000')
    expect(await first).toEqual({ bytes: body })
    await close()
  })

  it('reads what something before has paused', async () => {
    const { port, close } = await bodyServer(100, (request) => request.pause())
    await exchange(port, post('small'), 'read 5')
    await close()
  })

  it('does not wait for a stream that something before takes from', async () => {
    const { port, close } = await bodyServer(100, (request) => request.on('readable', () => undefined))
    await exchange(port, post('small'), 'WEBHOOK_BODY_CONSUMED')
    await close()
  })

  it('refuses by the announced length, before the body arrives', async () => {
    const { port, close } = await bodyServer(100)
    expect(await exchange(port, post('', 101), 'WEBHOOK_BODY_TOO_LARGE')).toMatch(/^HTTP\/1\.1 413 /)
    await close()
  })

  it('serves the next request on the connection of a body that was too large', async () => {
    const { port, close } = await bodyServer(3)
    const answers = await exchange(port, `${post('large')}${post('ok')}`, 'read 2')
    expect(answers).toMatch(/ 413 [\s\S]*TOO_LARGE[\s\S]* 200 /)
    await close()
  })

  it('says that an upload was cut off, not that a parser consumed it', async () => {
    const { port, close, first } = await bodyServer(100)
    await sendAndReset(port, post('half', 100))
    expect(await first).toEqual({ code: 'WEBHOOK_BODY_ABORTED' })
    await close()
  })

  it('says so as well when the upload was cut off before anybody read', async () => {
    const outcome = await new Promise<unknown>((resolve) => {
      void listen((request) => {
        request.on('close', () =>
          resolve(readRawBody(request, { maxBytes: 100 }).catch((error) => error.code)),
        )
      }).then(async ({ port }) => sendAndReset(port, post('half', 100)))
    })
    expect(outcome).toBe('WEBHOOK_BODY_ABORTED')
  })

  it('looks in the places that a framework names, and takes the first that holds something', async () => {
    const { port, close } = await listen(async (request, response) => {
      const parsed = [undefined, {}, '', new Uint8Array(), 'kept', 'later']
      const bytes = await readRawBody(request, { maxBytes: 100, parsed })
      writeResponse(response, { status: 200, headers: {}, body: `read ${Buffer.from(bytes)}.` })
    })
    await exchange(port, post('ignored'), 'read kept.')
    await close()
  })

  it('takes something empty for the body when the stream was read', async () => {
    const { port, close } = await listen(async (request, response) => {
      for await (const _ of request);
      const bytes = await readRawBody(request, { maxBytes: 100, parsed: [''] })
      writeResponse(response, { status: 200, headers: {}, body: `read ${bytes.byteLength}.` })
    })
    await exchange(port, post(''), 'read 0.')
    await close()
  })
})

describe('writeResponse', () => {
  it('ends the connection of a sender that goes on and on after the answer', async () => {
    const { port, close } = await listen((_, response) =>
      writeResponse(response, { status: 413, headers: {}, body: 'enough' }),
    )
    const chunk = `${(65_536).toString(16)}\r\n${'x'.repeat(65_536)}\r\n`
    const sent = exchange(
      port,
      `POST / HTTP/1.1\r\nhost: here\r\ntransfer-encoding: chunked\r\n\r\n${chunk.repeat(700)}`,
      'never said',
    )
    await expect(sent).rejects.toThrow()
    await close()
  })

  it('takes the rest of a body that is piped to where it is not taken from', async () => {
    const { port, close } = await listen((request, response) => {
      request.pipe(new PassThrough())
      const body = request.method === 'PUT' ? 'refused' : 'next'
      writeResponse(response, { status: 413, headers: {}, body })
    })
    const large = `PUT / HTTP/1.1\r\nhost: here\r\ncontent-length: 1000000\r\n\r\n${'x'.repeat(1_000_000)}`
    expect(await exchange(port, `${large}${post('')}`, 'next')).toContain('refused')
    await close()
  })

  it('writes nothing to a sender that is gone', async () => {
    const answered = await new Promise<boolean>((resolve) => {
      void listen((request, response) => {
        request.on('close', () => {
          writeResponse(response, { status: 200, headers: {}, body: 'hello' })
          resolve(response.headersSent)
        })
      }).then(({ port }) => sendAndReset(port, post('half', 100)))
    })
    expect(answered).toBe(false)
  })
})
