import { checkBodySize, HubauthError, type WebhookRequest } from '@hubauth/core'

interface LambdaEventBody {
  readonly headers?: Readonly<Record<string, string | undefined>> | null | undefined
  readonly body?: string | null | undefined
  readonly isBase64Encoded?: boolean | undefined
}

/** An HTTP request as API Gateway's payload format 1.0 (REST and HTTP APIs) and load balancers put it into an event. */
interface LambdaEventV1 extends LambdaEventBody {
  readonly httpMethod: string
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null | undefined
  readonly requestContext: object
}

/** An HTTP request as API Gateway's payload format 2.0 and function URLs put it into an event. */
interface LambdaEventV2 extends LambdaEventBody {
  readonly requestContext: { readonly http: { readonly method: string } }
}

/**
 * What a function on AWS Lambda gets of an HTTP request: from API Gateway (REST and HTTP APIs), a function URL or an
 * Application Load Balancer. The types of `@types/aws-lambda` are assignable to it.
 */
export type LambdaWebhookEvent = LambdaEventV1 | LambdaEventV2

/** What an event may be: the console and other services send anything, whatever the type says. */
interface AnyEvent extends LambdaEventBody {
  readonly httpMethod?: unknown
  readonly multiValueHeaders?: LambdaEventV1['multiValueHeaders']
  readonly requestContext?: { readonly http?: { readonly method?: unknown }; readonly elb?: unknown }
}

/**
 * An event as a receiver takes it.
 *
 * @throws {TypeError} When the event is no HTTP request.
 */
export function lambdaRequest(event: LambdaWebhookEvent): WebhookRequest {
  const method = readMethod(event)
  const headers = readHeaders(event)
  return { method, header: (name) => headers.get(name), body: async (maxBytes) => readBody(event, maxBytes) }
}

/** The shape of answer that the sender of an event wants. */
export function answerShape(event: AnyEvent): 'api-gateway' | 'load-balancer' | 'load-balancer-multi-value' {
  if (event.requestContext?.elb === undefined) return 'api-gateway'
  return event.multiValueHeaders ? 'load-balancer-multi-value' : 'load-balancer'
}

function readMethod(event: AnyEvent): string {
  const method = event?.requestContext?.http?.method ?? event?.httpMethod
  if (typeof method === 'string') return method
  throw new TypeError(
    'lambdaWebhooks(): this event is no HTTP request. Send deliveries through API Gateway, a function URL or an ' +
      'Application Load Balancer; in the console, test with the template "API Gateway AWS Proxy".',
  )
}

function readHeaders({ headers, multiValueHeaders }: AnyEvent): ReadonlyMap<string, string> {
  const values = new Map<string, string>()
  // Where both are given, `headers` has only the last value of each header.
  for (const [name, value] of Object.entries({ ...headers, ...multiValueHeaders }))
    if (value !== undefined) values.set(name.toLowerCase(), [value].flat().join(', '))
  return values
}

function readBody({ body, isBase64Encoded }: AnyEvent, maxBytes: number): Uint8Array {
  const text: unknown = body ?? ''
  if (typeof text !== 'string') {
    throw new HubauthError(
      'WEBHOOK_BODY_CONSUMED',
      'The body of the event was parsed before, and its exact bytes are gone.',
      { remedy: 'Use the Lambda proxy integration of API Gateway, without a mapping template.' },
    )
  }
  const bytes = Buffer.from(text, isBase64Encoded ? 'base64' : 'utf8')
  checkBodySize(bytes.byteLength, maxBytes)
  return bytes
}
