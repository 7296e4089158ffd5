import { once } from 'node:events'
import { Agent, type RequestOptions } from 'node:https'
import { type AddressInfo, connect } from 'node:net'
import { type Duplex, pipeline } from 'node:stream'
import { createServer, type TLSSocket } from 'node:tls'
import { selfSigned } from './certificate.ts'

/** Handshakes take longer than everything else here. */
const MAX_SOCKETS = 10

/** TLS in front of a server of this machine. */
export interface TlsFront {
  readonly port: number
  /** What clients must trust, as PEM. */
  readonly certificate: string
  /** For clients: whatever host they ask for, they get to this server, and check that its certificate names that host. */
  readonly agent: Agent
  close(): Promise<void>
}

/** Ends TLS for these host names, and passes on what is inside to a port of this machine. */
export async function tlsFront(port: number, hosts: readonly string[]): Promise<TlsFront> {
  const { key, cert } = selfSigned(hosts)
  const open = new Set<TLSSocket>()
  const server = createServer({ key, cert }, (socket) => {
    open.add(socket)
    // Whichever side ends or breaks, both do.
    pipeline(socket, connect(port, '127.0.0.1'), socket, () => open.delete(socket))
  })
  server.on('tlsClientError', () => undefined)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const front = (server.address() as AddressInfo).port
  const agent = new FrontAgent(front, cert)
  return {
    port: front,
    certificate: cert,
    agent,
    async close() {
      agent.destroy()
      for (const socket of open) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

class FrontAgent extends Agent {
  readonly #port: number

  constructor(port: number, ca: string) {
    super({ ca, keepAlive: true, maxSockets: MAX_SOCKETS })
    this.#port = port
  }

  override createConnection(
    options: RequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    return super.createConnection({ ...options, host: '127.0.0.1', port: this.#port }, callback)
  }
}
