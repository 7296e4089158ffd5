import { type IncomingHttpHeaders, type IncomingMessage, request as startRequest } from 'node:http'

/** A request as the suite sends it: on a connection of its own, byte for byte, whatever its method. */
export interface RawRequest {
  /** Default POST. */
  readonly method?: string | undefined
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly body?: Uint8Array | undefined
  /** Sends the body in pieces of this many bytes and without a content-length. Default: whole, with one. */
  readonly chunkBytes?: number | undefined
}

/** An answer, read to its end. */
export interface RawResponse {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
  /** `status` or `error.code` of the JSON body: what the receiver says became of the delivery. */
  readonly says: string | undefined
}

/** Sends a request; rejects when the connection ends before the answer does. */
export function sendRequest(url: string, { method = 'POST', ...options }: RawRequest): Promise<RawResponse> {
  const { headers = {}, body = new Uint8Array(), chunkBytes } = options
  return new Promise((resolve, reject) => {
    const length = chunkBytes === undefined && method !== 'GET' ? { 'content-length': body.byteLength } : {}
    const request = startRequest(url, { method, headers: { ...headers, ...length }, agent: false })
    request.on('error', reject)
    request.on('response', (response) => readResponse(response).then(resolve, reject))
    for (let at = 0; chunkBytes !== undefined && at < body.byteLength; at += chunkBytes)
      request.write(body.subarray(at, at + chunkBytes))
    request.end(chunkBytes === undefined ? body : undefined)
  })
}

/** Sends the headers and half of the body, then cuts the connection; resolves when it is cut. */
export function abortUpload(
  url: string,
  { headers = {}, body = new Uint8Array() }: RawRequest,
): Promise<void> {
  return new Promise((resolve) => {
    const request = startRequest(url, {
      method: 'POST',
      headers: { ...headers, 'content-length': body.byteLength },
      agent: false,
    })
    request.on('error', () => undefined)
    request.on('close', resolve)
    request.write(body.subarray(0, body.byteLength / 2), () => request.destroy())
  })
}

async function readResponse(response: IncomingMessage): Promise<RawResponse> {
  const chunks: Buffer[] = []
  for await (const chunk of response) chunks.push(chunk)
  const body = Buffer.concat(chunks)
  return { status: response.statusCode ?? 0, headers: response.headers, body, says: outcome(body) }
}

function outcome(body: Buffer): string | undefined {
  try {
    const answer = JSON.parse(body.toString())
    return answer.status ?? answer.error.code
  } catch {
    return undefined
  }
}
