import { checkReceiver, type WebhookReceiver, type WebhookResponse } from '@hubauth/core'
import { answerShape, type LambdaWebhookEvent, lambdaRequest } from './lambda-event.ts'

/** The answer, in the shape that the sender of the event wants. */
export interface LambdaWebhookResult {
  readonly statusCode: number
  /** The status in words, for load balancers. */
  readonly statusDescription?: string
  readonly headers?: Record<string, string>
  /** In place of `headers`, for load balancers that sent such. */
  readonly multiValueHeaders?: Record<string, string[]>
  readonly body: string
  readonly isBase64Encoded: false
}

/** Handles an event in a function on AWS Lambda. */
export type LambdaWebhookHandler = (event: LambdaWebhookEvent) => Promise<LambdaWebhookResult>

/**
 * Mounts a receiver in a function on AWS Lambda: `export const handler = lambdaWebhooks(receiver)`. Takes requests of
 * API Gateway (REST and HTTP APIs, both payload formats), function URLs and Application Load Balancers.
 *
 * A function is frozen once it has answered, so the answer waits for the handlers to end, also beyond
 * `acknowledgeAfterMs`, and says what became of the delivery. Let the function's timeout be longer than the slowest
 * handler, and let handlers wait for everything that they start.
 *
 * AWS refuses large deliveries before the function is called: those over 6 MB, behind a load balancer over 1 MB.
 *
 * The handler throws a `TypeError` for an event that is no HTTP request.
 */
export function lambdaWebhooks(receiver: Pick<WebhookReceiver, 'receive'>): LambdaWebhookHandler {
  checkReceiver(receiver)
  return async (event) => {
    let unfinished: Promise<WebhookResponse> | undefined
    const response = await receiver.receive({
      ...lambdaRequest(event),
      waitUntil(work) {
        unfinished = work
      },
    })
    return lambdaResult((await unfinished) ?? response, event)
  }
}

async function lambdaResult(
  { status, headers, body }: WebhookResponse,
  event: LambdaWebhookEvent,
): Promise<LambdaWebhookResult> {
  const result = { statusCode: status, body, isBase64Encoded: false } as const
  const shape = answerShape(event)
  if (shape === 'api-gateway') return { ...result, headers: { ...headers } }
  // Only here, because it takes 4 ms to load.
  const { STATUS_CODES } = await import('node:http')
  const answer = { ...result, statusDescription: `${status} ${STATUS_CODES[status]}` }
  if (shape === 'load-balancer') return { ...answer, headers: { ...headers } }
  const lists: Record<string, string[]> = {}
  for (const [name, value] of Object.entries(headers)) lists[name] = [value]
  return { ...answer, multiValueHeaders: lists }
}
