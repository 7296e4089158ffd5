import { EventEmitter } from 'node:events'
import type { WebhookMount } from '../../src/index.ts'
import { type Flaws, listener, mountOf, plainRead, plainWrite } from './plain-server.ts'

export interface BrokenMount {
  readonly flaw: string
  /** One of the rules that must find it. */
  readonly rule: string
  readonly mount: WebhookMount
}

const flawed = (flaws: Flaws) => mountOf((receiver) => listener(receiver, flaws))

/** Mounts that people have written, each with what is wrong with it. */
export const BROKEN_MOUNTS: readonly BrokenMount[] = [
  {
    flaw: 'writes the body again from what it parsed',
    rule: 'hands over the exact bytes of a body with escaped characters',
    mount: flawed({
      read: async (...args) =>
        Buffer.from(JSON.stringify(JSON.parse(Buffer.from(await plainRead(...args)).toString()))),
    }),
  },
  {
    flaw: 'decodes the body as text',
    rule: 'hands over the exact bytes of a body with a byte order mark',
    mount: flawed({
      read: async (...args) => new TextEncoder().encode(new TextDecoder().decode(await plainRead(...args))),
    }),
  },
  {
    flaw: 'reads without a limit',
    rule: 'takes a body of the largest size, and answers 413 to one byte more',
    mount: flawed({ read: (request) => plainRead(request, 1e9) }),
  },
  {
    flaw: 'ends the connection of a large upload',
    rule: 'lets the sender of a far too large body whose length is not given read the 413',
    mount: flawed({
      read: (request, maxBytes) => plainRead(request, maxBytes).finally(() => request.destroy()),
    }),
  },
  {
    flaw: 'answers as if the upload had ended',
    rule: 'lets a sender that closes the connection read the 415 after it has sent everything',
    mount: flawed({
      write: (response, { status, headers, body }) => response.writeHead(status, headers).end(body),
    }),
  },
  {
    flaw: 'ends the connection with the answer',
    rule: 'lets a sender that keeps the connection read the 415 after it has sent everything',
    mount: flawed({
      write: (response, { status, headers, body }) =>
        response.writeHead(status, { ...headers, connection: 'close' }).end(body),
    }),
  },
  {
    flaw: 'waits for ever for an upload that was cut off',
    rule: 'survives an upload that is cut off, and handles what comes after',
    mount: flawed({ read: (...args) => plainRead(...args).catch(() => new Promise(() => undefined)) }),
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
    mount: flawed({ write: (response, answer) => plainWrite(response, { ...answer, headers: {} }) }),
  },
  {
    flaw: 'counts characters instead of bytes',
    rule: 'counts the length of its answer in bytes, not in characters',
    mount: flawed({
      write: (response, { status, headers, body }) =>
        response.writeHead(status, { ...headers, 'content-length': body.length }).write(body),
    }),
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
    rule: 'answers 500 without a word of an error that a handler throws',
    mount: flawed({
      write: (response, answer) =>
        plainWrite(response, answer.status === 500 ? { ...answer, body: 'hunter2' } : answer),
    }),
  },
  {
    flaw: 'says what the handler threw behind the status',
    rule: 'answers 500 without a word of a string that a handler throws',
    mount: flawed({
      write: (response, { status, headers, body }) =>
        response.writeHead(status, status === 500 ? 'hunter2' : 'OK', headers).write(body),
    }),
  },
  {
    flaw: 'says what the handler threw in a header',
    rule: 'answers 500 without a word of an error that has headers',
    mount: flawed({
      write: (response, answer) =>
        plainWrite(response, { ...answer, headers: { ...answer.headers, 'x-reason': 'hunter2' } }),
    }),
  },
  {
    flaw: 'answers with the status of the error',
    rule: 'answers 500 without a word of an error that has a status and is meant to be shown',
    mount: flawed({
      write: (response, answer) =>
        plainWrite(response, answer.status === 500 ? { ...answer, status: 418 } : answer),
    }),
  },
  {
    flaw: 'answers what an error holds',
    rule: 'answers 500 without a word of an error that holds an answer',
    mount: flawed({
      write: (response, answer) => plainWrite(response, { ...answer, body: 'I am a teapot' }),
    }),
  },
  {
    flaw: 'takes an answer that failed with nothing for a good one',
    rule: 'answers 500 without a word of nothing that a handler throws',
    mount: flawed({ write: (response, answer) => plainWrite(response, { ...answer, status: 200 }) }),
  },
  {
    flaw: 'is silent when a promise rejects',
    rule: 'answers 500 without a word of a promise that a handler lets reject',
    mount: flawed({ write: (response, answer) => plainWrite(response, { ...answer, body: '' }) }),
  },
  {
    flaw: 'writes a form again from what it parsed',
    rule: 'hands over the exact bytes of a form body with escapes that nothing writes like this',
    mount: flawed({
      read: async (...args) =>
        Buffer.from(`${new URLSearchParams(Buffer.from(await plainRead(...args)).toString())}`),
    }),
  },
  {
    flaw: 'decodes a form as text',
    rule: 'hands over the exact bytes of a form body with a byte order mark',
    mount: flawed({
      read: async (...args) => new TextEncoder().encode(new TextDecoder().decode(await plainRead(...args))),
    }),
  },
  {
    flaw: 'tells the application of uploads that are cut off',
    rule: 'survives an upload that is cut off in the middle of a piece, and handles what comes after',
    mount: flawed({
      read: (...args) =>
        plainRead(...args).catch(() => {
          throw new Error('aborted')
        }),
    }),
  },
  {
    flaw: 'waits for the first byte',
    rule: 'survives an upload that is cut off before its first byte, and handles what comes after',
    mount: flawed({
      read: async (request, maxBytes) => {
        await new Promise((resolve) => request.once('readable', resolve).on('error', () => undefined))
        return plainRead(request, maxBytes)
      },
    }),
  },
  {
    flaw: 'forgets a promise that rejects with the upload',
    rule: 'survives an upload that is reset, and handles what comes after',
    mount: flawed({
      read: (...args) => {
        const body = plainRead(...args)
        body.finally(() => undefined)
        return body
      },
    }),
  },
  {
    flaw: 'leaves its listeners behind',
    rule: 'survives a hundred uploads that are cut off at once',
    mount: mountOf((receiver) => {
      const application = new EventEmitter()
      return async (request, response) => {
        application.on('close', () => request.destroy())
        await listener(receiver)(request, response)
      }
    }),
  },
  {
    flaw: 'throws where nobody catches when the sender has gone',
    rule: 'lets a handler finish whose sender has gone',
    mount: mountOf((receiver) => async (request, response) => {
      response.on('close', () => {
        if (!response.writableEnded) Promise.reject(new Error('gone'))
      })
      await listener(receiver)(request, response)
    }),
  },
  {
    flaw: 'tries again what was answered',
    rule: 'handles one of a hundred copies that arrive at once',
    mount: mountOf((receiver) => {
      const twice: typeof receiver.receive = async (request) => {
        const body = await request.body(1e6)
        await receiver.receive({ ...request, body: async () => body })
        return receiver.receive({ ...request, body: async () => body })
      }
      return listener({ ...receiver, receive: twice })
    }),
  },
  {
    flaw: 'promises to handle what it drops under load',
    rule: 'handles 1 000 deliveries at once, and keeps every promise it makes of them',
    mount: mountOf((receiver) => {
      let running = 0
      return async (request, response) => {
        running += 1
        if (running > 500) response.writeHead(202).end('{"status":"accepted"}')
        else await listener(receiver)(request, response)
        running -= 1
      }
    }),
  },
  {
    flaw: 'remembers deliveries that failed',
    rule: 'reports what fails after 8 s, and handles its redelivery',
    mount: mountOf((receiver) => {
      const known = new Set<unknown>()
      return async (request, response) => {
        const id = request.headers['x-github-delivery']
        if (known.has(id)) response.end('{"status":"duplicate"}')
        else await listener(receiver)(request, response)
        known.add(id)
      }
    }),
  },
]
