import type { AddressInfo } from 'node:net'
import type { MountedWebhook } from '@hubauth/testing'
import type { FastifyInstance } from 'fastify'

/** Starts an application on a free port of this machine. */
export async function listen(app: FastifyInstance, path = ''): Promise<MountedWebhook> {
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}${path}`,
    async close() {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}
