import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

const KEPT_BYTES = 1_048_576

export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  readonly timeoutMs: number
}

/** The answer, or why there was none. */
export interface PostResult {
  readonly status: number
  readonly body: string
  readonly error?: string
}

/** Posts bytes with exactly these header names, on a connection of its own. Never rejects. */
export function post(url: URL, { headers, body, timeoutMs }: PostOptions): Promise<PostResult> {
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const failed = (error: NodeJS.ErrnoException): void =>
      resolve({ status: 0, body: '', error: signal.aborted ? 'timed out' : (error.code ?? error.message) })
    const request = send(url, { method: 'POST', headers, agent: false, signal }, (response) => {
      readText(response).then((text) => resolve({ status: response.statusCode ?? 0, body: text }), failed)
    })
    request.on('error', failed)
    request.end(body)
  })
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    if (size < KEPT_BYTES) chunks.push(chunk)
    size += chunk.length
  }
  return Buffer.concat(chunks).subarray(0, KEPT_BYTES).toString()
}
