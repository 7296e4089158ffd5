import { createWebhookReceiver } from '@hubauth/core'
import { type LambdaWebhookEvent, lambdaWebhooks } from '@hubauth/node'
import type {
  ALBEvent,
  ALBHandler,
  APIGatewayProxyEvent,
  APIGatewayProxyEventV2,
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyHandlerV2WithIAMAuthorizer,
  APIGatewayProxyWebsocketHandlerV2,
  LambdaFunctionURLHandler,
  SQSHandler,
} from 'aws-lambda'

const handler = lambdaWebhooks(createWebhookReceiver({ secrets: 'the secret' }))

/** One handler is all of these. */
export const handlers: [
  APIGatewayProxyHandler,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyHandlerV2WithIAMAuthorizer,
  LambdaFunctionURLHandler,
  ALBHandler,
] = [handler, handler, handler, handler, handler]

// @ts-expect-error A WebSocket is not how deliveries come.
export const webSocket: APIGatewayProxyWebsocketHandlerV2 = handler
// @ts-expect-error Nor is a queue.
export const queue: SQSHandler = handler

export const events = (event: APIGatewayProxyEvent | APIGatewayProxyEventV2 | ALBEvent): LambdaWebhookEvent =>
  event
