import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import type { MountedWebhook } from '@hubauth/testing'
import type { Hono } from 'hono'

/** Starts an application on a free port of this machine. */
export async function listen(app: Pick<Hono, 'fetch'>, path = ''): Promise<MountedWebhook> {
  const server = createAdaptorServer({ fetch: app.fetch })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${path}`,
    async close() {
      if ('closeAllConnections' in server) server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
