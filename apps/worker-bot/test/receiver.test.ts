import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type SignedDeliveryOptions, signedDelivery, tamperings } from '@hubauth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Handled } from './receiver-worker.ts'
import { type RunningWorker, startWorker, workerdBinary } from './start-worker.ts'

/** GitHub's published vector: https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries */
const SECRET = "It's a Secret to Everybody"
const VECTOR = {
  body: 'Hello, World!',
  signature: 'sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17',
}

const utf8 = (text: string) => new TextEncoder().encode(text)

describe.skipIf(workerdBinary() === undefined)(
  'a receiver in workerd (skipped where it has no binary)',
  () => {
    let slow: Server
    let worker: RunningWorker

    beforeAll(async () => {
      slow = createServer()
      await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
      const SLOW_URL = `http://127.0.0.1:${(slow.address() as AddressInfo).port}`
      worker = await startWorker({ source: './receiver-worker.ts', environment: { SLOW_URL } })
    }, 30_000)

    afterAll(async () => {
      await worker?.close()
      slow?.closeAllConnections()
      await new Promise((resolve) => slow.close(resolve))
    })

    async function send(init: RequestInit, path = '') {
      const response = await fetch(worker.url + path, init)
      const answer = (await response.json()) as { status?: string; error?: { code: string } }
      return { status: response.status, says: answer.status ?? answer.error?.code, headers: response.headers }
    }

    async function handled(id: string): Promise<Handled | undefined> {
      const all = (await (await fetch(`${worker.url}handled`)).json()) as readonly Handled[]
      return all.find((delivery) => delivery.id === id)
    }

    /** Resolves when the slow handler asks for this path, with what it waits for. */
    function requestOf(path: string): Promise<ServerResponse> {
      return new Promise((resolve) => {
        slow.on('request', ({ url }, response) => url === path && resolve(response))
      })
    }

    const delivery = (options: Partial<SignedDeliveryOptions> = {}) =>
      signedDelivery({ secret: SECRET, ...options })

    it('takes what comes at once to a Worker that has just started', async () => {
      const answers = await Promise.all(Array.from({ length: 50 }, () => send(delivery())))
      expect(new Set(answers.map(({ says }) => says))).toEqual(new Set(['handled']))
    })

    it('accepts the signature that GitHub publishes as its test vector', async () => {
      const { headers, ...rest } = delivery({ body: VECTOR.body })
      const init = { ...rest, headers: { ...headers, 'x-hub-signature-256': VECTOR.signature } }
      // The body is no JSON: 400 is said only after the signature was found right.
      expect(await send(init)).toMatchObject({ status: 400, says: 'WEBHOOK_BODY_INVALID' })
    })

    it.each(tamperings)('refuses a delivery with $name', async ({ apply }) => {
      expect(await send(apply(delivery({ id: 'forged' })))).toMatchObject({ status: 401 })
      expect(await handled('forged')).toBeUndefined()
    })

    it('accepts either of two secrets, and says which matched', async () => {
      for (const [index, secret] of ['the new one', SECRET].entries()) {
        const id = `secret-${index}`
        expect(await send(delivery({ id, secret }))).toMatchObject({ says: 'handled' })
        expect((await handled(id))?.secretIndex).toBe(index)
      }
    })

    it.each([
      ['mark', new Uint8Array([0xef, 0xbb, 0xbf, ...utf8('{"title":"mark"}')])],
      ['not-utf-8', new Uint8Array([...utf8('{"title":"'), 0xff, 0xc3, 0x28, ...utf8('"}')])],
      ['escapes', utf8('{ "title": "caf\\u00e9 \\/ 😀" }\n')],
    ])('hands over the exact bytes of a delicate body: %s', async (id, body) => {
      expect(await send(delivery({ id, body }))).toMatchObject({ says: 'handled' })
      expect((await handled(id))?.body).toEqual([...body])
    })

    it('reads a form body', async () => {
      const payload = { title: 'a+b & c=d 😀' }
      expect(await send(delivery({ id: 'form', contentType: 'form', payload }))).toMatchObject({
        says: 'handled',
      })
      expect((await handled('form'))?.title).toBe(payload.title)
    })

    it('takes a body of 5 MiB', async () => {
      const payload = { text: 'x'.repeat(5 * 1_024 * 1_024) }
      expect(await send(delivery({ event: 'push', payload }))).toMatchObject({ says: 'ignored' })
    })

    it('answers 413 to a body that is too large, with or without its length', async () => {
      const { body, ...rest } = delivery({ body: 'x'.repeat(1_001) })
      const stream = new Blob([body]).stream()
      for (const init of [
        { ...rest, body },
        { ...rest, body: stream, duplex: 'half' as const },
      ])
        expect(await send(init, 'small')).toMatchObject({ status: 413, says: 'WEBHOOK_BODY_TOO_LARGE' })
    })

    it('answers 405 to GET and allows POST', async () => {
      const { status, headers } = await send({ method: 'GET' })
      expect([status, headers.get('allow')]).toEqual([405, 'POST'])
    })

    it('goes on with a handler after it has answered 202', async () => {
      const [asked, done] = [requestOf('/'), requestOf('/done')]
      expect(await send(delivery({ id: 'slow' }), 'slow')).toMatchObject({ status: 202, says: 'accepted' })
      const answer = await asked
      expect(await handled('slow')).toBeUndefined()
      answer.end()
      const told = await done
      told.end()
      expect(await handled('slow')).toBeDefined()
    })
  },
)
