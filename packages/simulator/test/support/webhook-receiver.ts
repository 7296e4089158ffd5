import { createHmac } from 'node:crypto'
import { createServer, type IncomingMessage, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

/** A webhook, as it came. */
export interface Received {
  readonly headers: IncomingMessage['headers']
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface Receiver {
  readonly url: string
  readonly received: readonly Received[]
  /** What it answers from now on: a status, or nothing at all. */
  answer: number | 'never'
  /** Resolves when so many came. */
  until(count: number): Promise<void>
}

/** A webhook endpoint that keeps what it gets and answers with the given status, or never. */
export async function startReceiver(answer: number | 'never' = 202): Promise<Receiver> {
  const received: Received[] = []
  let waiting: (() => void)[] = []
  const url = await listen(async (request, response) => {
    const body = await bodyOf(request)
    if (body === undefined) return
    const { headers, rawHeaders } = request
    received.push({ headers, rawHeaders, body })
    if (receiver.answer !== 'never')
      response.writeHead(receiver.answer, { location: '/elsewhere' }).end('seen')
    const resolves = waiting
    waiting = []
    for (const resolve of resolves) resolve()
  })
  const receiver: Receiver = {
    url: `${url}/hook`,
    received,
    answer,
    async until(count) {
      while (received.length < count) await new Promise<void>((resolve) => waiting.push(resolve))
    },
  }
  return receiver
}

// Undefined for one that was cut off.
async function bodyOf(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk)
  } catch {
    return undefined
  }
  return Buffer.concat(chunks).toString()
}

/** Serves until the test ends, and returns the address. */
export async function listen(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The only one that came. */
export function only(received: readonly Received[]): Received {
  const [delivery, ...more] = received
  if (delivery === undefined || more.length > 0) throw new Error(`${received.length} deliveries`)
  return delivery
}

/** `event.action` of everything that came, in order. */
export function names(received: readonly Received[]): string[] {
  return received.map((delivery) => {
    const action: unknown = payloadOf(delivery).action
    return [delivery.headers['x-github-event'], action ?? []].flat().join('.')
  })
}

/** What was sent as JSON, read by what the test expects of it. */
export function payloadOf({ body }: Received): ReturnType<typeof JSON.parse> {
  return JSON.parse(body)
}

/** The signature of a body, made without the code that signs. */
export function hmac(
  algorithm: 'sha1' | 'sha256',
  { body, secret }: { readonly body: string; readonly secret: string },
): string {
  return `${algorithm}=${createHmac(algorithm, secret).update(body).digest('hex')}`
}
