import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { buffer } from 'node:stream/consumers'
import type { LambdaWebhookHandler, LambdaWebhookResult } from '../src/index.ts'

/** What calls a function on AWS Lambda for an HTTP request, as AWS documents the events and answers of it. */
export interface Gateway {
  readonly name: string
  /** Whether bodies of this content type come as base64; the others come as text. */
  isBinary(contentType: string): boolean
  /** The event, apart from its body. */
  event(request: IncomingMessage): object
  /** The body of a request that has none. */
  readonly noBody: null | '' | undefined
  /** The headers of an answer. Throws for an answer of a shape that the gateway does not take. */
  headers(result: LambdaWebhookResult): Readonly<Record<string, string | string[]>>
}

/** A listener that calls a function through a gateway: body first, then the event, all of it through JSON. */
export function throughGateway(gateway: Gateway, handler: LambdaWebhookHandler): RequestListener {
  const call = async (request: IncomingMessage, response: ServerResponse) => {
    try {
      const body = await buffer(request)
      const isBase64Encoded = body.length > 0 && gateway.isBinary(request.headers['content-type'] ?? '')
      const text = body.length > 0 ? body.toString(isBase64Encoded ? 'base64' : 'utf8') : gateway.noBody
      const event = JSON.stringify({ ...gateway.event(request), body: text, isBase64Encoded })
      const result: LambdaWebhookResult = JSON.parse(JSON.stringify(await handler(JSON.parse(event))))
      const bytes = Buffer.from(result.body, result.isBase64Encoded ? 'base64' : 'utf8')
      response.writeHead(result.statusCode, {
        'content-length': bytes.length,
        ...gateway.headers(result),
      })
      response.end(bytes)
    } catch {
      if (!response.destroyed) response.writeHead(502).end('{"message":"Internal server error"}')
    }
  }
  return (request, response) => void call(request, response)
}

/** Content types whose bodies HTTP APIs, function URLs and load balancers pass on as text. */
const isInferredBinary = (type: string) => !/^(text\/|application\/(json|javascript|xml)\b)/i.test(type)

const singleHeaders = ({ headers, multiValueHeaders }: LambdaWebhookResult) => {
  if (headers === undefined || multiValueHeaders !== undefined) throw new TypeError('expected headers')
  return headers
}

/** REST APIs: names of headers as they were sent, every header both ways. */
const eventV1 = (request: IncomingMessage) => {
  const all = Object.entries(request.headersDistinct).map(
    ([name, values = []]) => [inTrain(name), values] as const,
  )
  return {
    resource: '/{proxy+}',
    path: request.url,
    httpMethod: request.method,
    headers: Object.fromEntries(all.map(([name, values]) => [name, values.at(-1)])),
    multiValueHeaders: Object.fromEntries(all),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: { proxy: 'github/webhooks' },
    stageVariables: null,
    requestContext: { accountId: '123456789012', apiId: 'api', httpMethod: request.method, stage: 'prod' },
  }
}

/** HTTP APIs and function URLs: names in lower case, repeated headers joined. */
const eventV2 = (request: IncomingMessage) => ({
  version: '2.0',
  routeKey: '$default',
  rawPath: request.url,
  rawQueryString: '',
  headers: joinedHeaders(request),
  requestContext: {
    accountId: '123456789012',
    apiId: 'api',
    http: { method: request.method, path: request.url, protocol: 'HTTP/1.1', sourceIp: '192.0.2.1' },
    routeKey: '$default',
    stage: '$default',
  },
})

const loadBalancerEvent = (request: IncomingMessage) => ({
  requestContext: {
    elb: { targetGroupArn: 'arn:aws:elasticloadbalancing:eu-north-1:123456789012:targetgroup/bot' },
  },
  httpMethod: request.method,
  path: request.url,
})

const loadBalancer = { isBinary: isInferredBinary, noBody: '' } as const

/** Every way in which an HTTP request reaches a function. */
export const gateways: readonly Gateway[] = [
  { name: 'a REST API', isBinary: () => false, event: eventV1, noBody: null, headers: singleHeaders },
  {
    name: 'a REST API with binary media types',
    isBinary: () => true,
    event: eventV1,
    noBody: null,
    headers: singleHeaders,
  },
  {
    name: 'an HTTP API, payload format 1.0',
    isBinary: isInferredBinary,
    event: (request) => ({ version: '1.0', ...eventV1(request) }),
    noBody: null,
    headers: singleHeaders,
  },
  {
    name: 'an HTTP API, payload format 2.0, or a function URL',
    isBinary: isInferredBinary,
    event: eventV2,
    noBody: undefined,
    headers: singleHeaders,
  },
  {
    ...loadBalancer,
    name: 'a load balancer',
    event: (request) => ({ ...loadBalancerEvent(request), headers: joinedHeaders(request) }),
    headers: (result) => described(result, singleHeaders(result)),
  },
  {
    ...loadBalancer,
    name: 'a load balancer with multi-value headers',
    event: (request) => ({ ...loadBalancerEvent(request), multiValueHeaders: request.headersDistinct }),
    headers: (result) => {
      if (result.headers !== undefined || result.multiValueHeaders === undefined)
        throw new TypeError('expected multiValueHeaders')
      return described(result, result.multiValueHeaders)
    },
  },
]

function joinedHeaders(request: IncomingMessage): Readonly<Record<string, string>> {
  const all = Object.entries(request.headersDistinct)
  return Object.fromEntries(all.map(([name, values = []]) => [name, values.join(',')]))
}

/** `x-github-event` as `X-Github-Event`. */
function inTrain(name: string): string {
  return name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase())
}

function described<T>({ statusCode, statusDescription }: LambdaWebhookResult, headers: T): T {
  if (!new RegExp(`^${statusCode} [A-Z]`).test(statusDescription ?? ''))
    throw new TypeError('expected a statusDescription')
  return headers
}
