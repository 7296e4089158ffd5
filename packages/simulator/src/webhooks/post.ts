import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'

const KEPT_BYTES = 1_048_576

/** What is posted, and how long an answer may take. */
export interface PostOptions {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
  /** Until the whole answer is there, in real milliseconds. */
  readonly timeoutMs: number
  /** Whether any certificate will do. */
  readonly insecureSsl: boolean
  /** Aborting it cuts the connection. */
  readonly signal: AbortSignal
}

/** The answer, or why there was none. */
export interface PostResult {
  /** 0 when there was no answer. */
  readonly status: number
  /** The answer's text, cut after 1 MiB. */
  readonly body: string
  /** Of the answer, as they were sent; repeated ones are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  /** `timed out`, or the code of the connection error. */
  readonly error?: string
}

/**
 * Posts bytes with exactly these header names, on a connection of its own. Redirects are not followed.
 *
 * @throws {TypeError} for a header or an address that HTTP does not allow; rejects for nothing else.
 */
export function post(url: URL, options: PostOptions): Promise<PostResult> {
  const { headers, body, timeoutMs, insecureSsl, signal } = options
  return new Promise((resolve) => {
    const settings = { method: 'POST', headers, agent: false } as const
    const request: ClientRequest =
      url.protocol === 'https:'
        ? httpsRequest(url, { ...settings, rejectUnauthorized: !insecureSsl })
        : httpRequest(url, settings)
    const cut = (reason: string) => (): void => {
      finish({ status: 0, body: '', headers: {}, error: reason })
      request.destroy()
    }
    const timer = setTimeout(cut('timed out'), timeoutMs)
    const closed = cut('closed')
    const finish = (result: PostResult): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', closed)
      resolve(result)
    }
    const failed = (error: NodeJS.ErrnoException): void =>
      finish({ status: 0, body: '', headers: {}, error: error.code ?? error.message })
    request.on('error', failed)
    signal.addEventListener('abort', closed, { once: true })
    // A signal that was aborted before tells nobody any more.
    if (signal.aborted) closed()
    request.on('response', (response: IncomingMessage) => {
      readText(response).then((text) => finish(resultOf(response, text)), failed)
    })
    request.end(body)
  })
}

function resultOf(response: IncomingMessage, body: string): PostResult {
  const headers = new Map<string, string>()
  for (let at = 0; at < response.rawHeaders.length; at += 2) {
    const [name = '', value = ''] = response.rawHeaders.slice(at, at + 2)
    const before = headers.get(name)
    headers.set(name, before === undefined ? value : `${before}, ${value}`)
  }
  return { status: response.statusCode ?? 0, body, headers: Object.fromEntries(headers) }
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
