import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { MountedWebhook } from '@hubauth/testing'

/** Starts a server on a free port of this machine. */
export async function listen(app: RequestListener, path = ''): Promise<MountedWebhook> {
  const server = createServer(app)
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
