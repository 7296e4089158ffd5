import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** A request that is the same each time but for an id of fixed length, in a header. */
export interface LoadRequest {
  /** Default `POST`. A `GET` has no body. */
  readonly method?: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  /** The header that carries the id. */
  readonly idHeader: string
  readonly body?: Buffer
}

/** What a server managed. */
export interface Load {
  readonly requests: number
  readonly seconds: number
}

const ID_LENGTH = 12
let lastId = 0

/**
 * Keeps `connections` requests in the air for `milliseconds`. Raw sockets: an HTTP client costs as much as the server
 * it is to load, and on two cores it would be the client that is measured.
 *
 * @throws {Error} When the server answers anything but 2xx.
 */
export async function load(
  port: number,
  request: LoadRequest,
  { connections, milliseconds }: { readonly connections: number; readonly milliseconds: number },
): Promise<Load> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  const start = performance.now()
  const counts = await Promise.all(sockets.map((socket) => repeat(socket, request, start + milliseconds)))
  const seconds = (performance.now() - start) / 1_000
  return { requests: counts.reduce((sum, count) => sum + count, 0), seconds }
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true })
  await once(socket, 'connect')
  return socket
}

/** Sends again as soon as the answer is there, until the time is up. Resolves to the number of answers. */
function repeat(socket: Socket, request: LoadRequest, until: number): Promise<number> {
  const { bytes, idAt } = render(request)
  let answers = 0
  let received = ''
  const send = () => {
    bytes.write(String(++lastId).padStart(ID_LENGTH, '0'), idAt, 'latin1')
    socket.write(bytes)
  }
  return new Promise((resolve, reject) => {
    const fail = (why: string) => {
      socket.destroy()
      reject(new Error(`The server under load ${why}`))
    }
    socket.on('error', reject)
    socket.on('end', () => fail('closed the connection.'))
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (!isComplete(received)) return
      if (!received.startsWith('HTTP/1.1 2')) return fail(`answered: ${received.slice(0, 300)}`)
      answers++
      received = ''
      if (performance.now() < until) return send()
      socket.removeAllListeners('end').destroy()
      resolve(answers)
    })
    send()
  })
}

function render(request: LoadRequest): { bytes: Buffer; idAt: number } {
  const { method = 'POST', path, headers, idHeader, body = Buffer.alloc(0) } = request
  const length = method === 'GET' ? {} : { 'content-length': String(body.byteLength) }
  const lines = Object.entries({ host: '127.0.0.1', ...headers, ...length })
  const start = `${method} ${path} HTTP/1.1\r\n${idHeader}: `
  const rest = lines.map(([name, value]) => `\r\n${name}: ${value}`).join('')
  const head = Buffer.from(`${start}${'0'.repeat(ID_LENGTH)}${rest}\r\n\r\n`, 'latin1')
  return { bytes: Buffer.concat([head, body]), idAt: start.length }
}

/** Servers answer with a length, or in chunks of which the last one is empty. */
function isComplete(received: string): boolean {
  const end = received.indexOf('\r\n\r\n')
  if (end < 0) return false
  const length = /\r\ncontent-length: *(\d+)/i.exec(received)?.[1]
  return length === undefined ? received.endsWith('0\r\n\r\n') : received.length >= end + 4 + Number(length)
}
