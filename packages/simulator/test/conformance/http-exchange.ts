import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http'

/** Connections are kept, so that thousands of judged requests stay cheap. */
const connections = new Agent({ keepAlive: true, maxSockets: 16 })

/** What to send along with a request. */
export interface ExchangeOptions {
  /** Sent as they are; nothing is added but the length of the body, not even a User-Agent. */
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What came back, whole. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** Parsed, and read by what the rule expects of it; undefined when it is not JSON. */
  readonly json: ReturnType<typeof JSON.parse>
}

/** Sends one request, `GET /path`, over plain HTTP. Redirects are not followed. Rejects when there is no answer. */
export function exchange(
  url: string,
  endpoint: string,
  { headers = {}, body }: ExchangeOptions = {},
): Promise<Answer> {
  const [method = 'GET', path = '/'] = endpoint.split(' ')
  // Node says how long a body is for some methods only; for others it would be taken for the next request.
  const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const options = { method, headers: { ...length, ...headers }, agent: connections }
  return new Promise((resolve, reject) => {
    const request = httpRequest(url + path, options, (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text,
          json: parsed(text, response.headers),
        })
      })
    })
    request.on('error', reject)
    request.end(body)
  })
}

function parsed(text: string, headers: IncomingHttpHeaders): unknown {
  return text !== '' && headers['content-type']?.includes('json') === true ? JSON.parse(text) : undefined
}
