import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server that listens. */
export interface ListeningServer {
  /** Where to send requests. */
  readonly url: string
  /** Stops listening and ends open connections. */
  close(): Promise<void>
}

/**
 * Starts a server of `node:http` on a free port of this machine.
 *
 * @param listener What answers: an Express application, `app.callback()` of Koa, `getRequestListener(app.fetch)` of Hono.
 * @param path What `url` ends with. Default nothing, not even a slash.
 */
export async function listen(listener: RequestListener, path = ''): Promise<ListeningServer> {
  const server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${path}`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
