import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'

/** What can go wrong with a store, until it is taken back with `undefined`. */
export type StoreFault =
  /** Connections break. */
  | 'down'
  /** Nothing is answered. */
  | 'silent'
  /** What comes back is not what the protocol says, and has the secret in it. */
  | 'garbage'
  /** The caller may not do this. */
  | 'denied'
  /** Too many calls. */
  | 'throttled'

/** A call, as it arrived. */
export interface StoreCall {
  readonly method: string
  readonly url: URL
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** Of the faults, those that look different in every protocol. */
  readonly fault: 'denied' | 'throttled' | undefined
}

/** What is answered: `body` is sent as JSON, unless it is text. */
export interface StoreAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** A running server. */
export interface StoreServer {
  readonly url: string
  readonly port: number
  /** The calls that arrived so far, by method and path. */
  readonly calls: readonly string[]
  fault: StoreFault | undefined
  close(): Promise<void>
}

/** How a store answers, and what its `garbage` is. */
export interface StoreServerOptions {
  readonly answer: (call: StoreCall) => StoreAnswer | Promise<StoreAnswer>
  /** Sent with status 200 under the fault `garbage`: something broken that holds the secret. */
  readonly garbage: () => string
}

/** Starts a store on a free port of this machine. */
export async function startStore({ answer, garbage }: StoreServerOptions): Promise<StoreServer> {
  const calls: string[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request).catch(() => undefined)
    if (body === undefined) return
    const { method = 'GET', headers } = request
    const url = new URL(request.url ?? '/', `http://${headers.host}`)
    calls.push(`${method} ${url.pathname}`)
    const { fault } = handle
    if (fault === 'down') request.socket.destroy()
    else if (fault === 'garbage')
      send(response, { body: garbage(), headers: { 'content-type': 'application/json' } })
    else if (fault !== 'silent') send(response, await answer({ method, url, headers, body, fault }))
  })
  // Longer than any test: a connection that Node closes while a client uses it is a fault that nobody asked for.
  server.keepAliveTimeout = 600_000
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const handle: StoreServer = {
    url: `http://127.0.0.1:${port}`,
    port,
    calls,
    fault: undefined,
    close: () => closed(server),
  }
  return handle
}

function send(response: ServerResponse, { status = 200, headers = {}, body }: StoreAnswer): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? {})
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text)
}

async function closed(server: Server): Promise<void> {
  server.closeAllConnections()
  server.close()
  await once(server, 'close')
}
