export {
  type Config,
  ENVIRONMENT_VARIABLE,
  type LoadConfigOptions,
  loadConfig,
} from './config/load-config.ts'
export { type Environment, envKey } from './env-key.ts'
export { envSecret } from './env-secret.ts'
export { type FileKeyOptions, fileKey } from './file-key.ts'
export { type FileSecretOptions, fileSecret } from './file-secret.ts'
export type { LambdaWebhookEvent } from './lambda-event.ts'
export {
  type LambdaWebhookHandler,
  type LambdaWebhookResult,
  lambdaWebhooks,
} from './lambda-webhooks.ts'
export { type NodeRequestOptions, nodeRequest } from './node-request.ts'
export { nodeWebhooks } from './node-webhooks.ts'
export { type RawBodyOptions, type RawBodyRequest, readRawBody } from './raw-body.ts'
export { writeResponse } from './write-response.ts'
