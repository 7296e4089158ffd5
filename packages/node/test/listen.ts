import type { RequestListener } from 'node:http'
import { type ListeningServer, listen as startServer } from '@hubauth/testing'

/** A server for those who speak to its socket. */
export interface Listening extends ListeningServer {
  readonly port: number
}

/** Starts a server on a free port of this machine. */
export async function listen(listener: RequestListener): Promise<Listening> {
  const server = await startServer(listener, '/github/webhooks')
  return { ...server, port: Number(new URL(server.url).port) }
}
