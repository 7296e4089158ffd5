import { Agent, type IncomingHttpHeaders, type IncomingMessage, request as startRequest } from 'node:http'
import { connect } from 'node:net'
import { urlToHttpOptions } from 'node:url'

/** A request as the suite sends it: byte for byte, whatever its method. */
export interface RawRequest {
  /** Default POST. */
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: Uint8Array | undefined
  /** Sends the body in pieces of this many bytes and without a content-length. Default: whole, with one. */
  readonly chunkBytes?: number | undefined
  /** Whose connections to use. Default: a connection of its own. */
  readonly agent?: Agent | undefined
  /** Reads nothing from a connection of its own before everything is sent. Default false. */
  readonly readsLast?: boolean | undefined
  /** Closes the connection, whether there was an answer or not. */
  readonly signal?: AbortSignal | undefined
}

/** An answer, read to its end. */
export interface RawResponse {
  readonly status: number
  /** The words behind the status. */
  readonly reason: string
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** `status` or `error.code` of the JSON body: what the receiver says became of the delivery. */
  readonly says: string | undefined
}

/** Sends a request; rejects when the connection ends before the answer does. */
export function sendRequest(url: string, { method = 'POST', ...options }: RawRequest): Promise<RawResponse> {
  const { headers = {}, body = new Uint8Array(), chunkBytes, readsLast = false, signal } = options
  const { agent = readsLast && new PausedConnections() } = options
  return new Promise((resolve, reject) => {
    const length = chunkBytes === undefined && method !== 'GET' ? { 'content-length': body.byteLength } : {}
    const request = startRequest(url, { method, headers: { ...headers, ...length }, agent, signal })
    request.on('error', reject)
    request.on('response', (response) => readResponse(response).then(resolve, reject))
    if (readsLast) request.on('finish', () => request.socket?.resume())
    for (let at = 0; chunkBytes !== undefined && at < body.byteLength; at += chunkBytes)
      request.write(body.subarray(at, at + chunkBytes))
    request.end(chunkBytes === undefined ? body : undefined)
  })
}

class PausedConnections extends Agent {
  override createConnection(...parameters: Parameters<Agent['createConnection']>) {
    return super.createConnection(...parameters)?.pause()
  }
}

/** How an upload ends before its body does. */
export interface CutOff {
  /** How many bytes of the body are sent before. */
  readonly sentBytes: number
  /** Announces no length, and sends what it sends as one piece. Default false. */
  readonly isChunked?: boolean | undefined
  /** Resets the connection, as a machine does that crashed, in place of closing it. Default false. */
  readonly isReset?: boolean | undefined
}

/** Sends the headers and the beginning of the body, then cuts the connection; resolves when it is cut. */
export function abortUpload(
  url: string,
  { headers = {}, body = new Uint8Array() }: RawRequest,
  { sentBytes, isChunked = false, isReset = false }: CutOff,
): Promise<void> {
  const { hostname, port, path } = urlToHttpOptions(new URL(url))
  const lines = Object.entries({
    host: new URL(url).host,
    ...headers,
    ...(isChunked ? { 'transfer-encoding': 'chunked' } : { 'content-length': body.byteLength }),
  }).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `POST ${path} HTTP/1.1\r\n${lines.join('')}\r\n`
  const piece = isChunked && sentBytes > 0 ? `${sentBytes.toString(16)}\r\n` : ''
  return new Promise((resolve) => {
    const socket = connect({ host: hostname ?? '', port: Number(port) })
    socket.on('error', () => undefined).on('close', () => resolve())
    socket.write(Buffer.concat([Buffer.from(head + piece), body.subarray(0, sentBytes)]), () => {
      if (isReset) socket.resetAndDestroy()
      else socket.destroy()
    })
  })
}

async function readResponse(response: IncomingMessage): Promise<RawResponse> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  const { statusCode = 0, statusMessage = '', headers } = response
  return { status: statusCode, reason: statusMessage, headers, body, says: outcome(body) }
}

function outcome(body: Buffer): string | undefined {
  try {
    const answer = JSON.parse(body.toString())
    return answer.status ?? answer.error.code
  } catch {
    return undefined
  }
}
