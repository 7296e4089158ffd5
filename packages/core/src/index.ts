// cache
export type { Cache, CacheProtection, SharedCache, TokenCache } from './cache/cache.ts'
export type { ChangeLog, LoggedChange } from './cache/change-log.ts'
export type { Lease, ReleaseLease } from './cache/lease.ts'
export { type MemoryCacheOptions, memoryCache } from './cache/memory-cache.ts'
export { memoryChangeLog } from './cache/memory-change-log.ts'
export { memoryLease } from './cache/memory-lease.ts'
export { plaintextCache, sealedCache } from './cache/sealed-cache.ts'
export { type Sealing, type SealSecret, sealing } from './cache/sealing.ts'
export { type Clock, systemClock, untilAborted } from './clock.ts'
export {
  type AnyHubauthError,
  type DetailsOf,
  ERRORS,
  type ErrorFacts,
  HubauthError,
  type HubauthErrorCode,
  type HubauthErrorDetails,
  type StorePlace,
} from './errors.ts'
// request
export { type GitHubHost, type GitHubHostOptions, githubHost } from './github/host.ts'
// key
export { checkClient, type ExpectedClient } from './key/check-client.ts'
export { requireSdk } from './key/installed-sdk.ts'
export { keyRing } from './key/key-ring.ts'
export type { KeySource, SignOptions } from './key/key-source.ts'
export { type PemKeyOptions, pemKey } from './key/pem-key.ts'
export { keyFingerprint, type PublicKeyInput } from './key/public-key.ts'
export type { ReadSecretOptions, SecretSource } from './key/secret-source.ts'
export { type SignerKeyOptions, signerKey } from './key/signer-key.ts'
export type { StoreExplanation, StoreProblem } from './key/store-call.ts'
export { type StoredSecret, type StoredSecretOptions, storedSecret } from './key/stored-secret.ts'
export type {
  Budget,
  ChangeEvent,
  DeliveryEvent,
  EvictEvent,
  HitEvent,
  HubauthEvent,
  JobEvent,
  LookupEvent,
  MintEvent,
  Observe,
  RenewEvent,
  RequestEvent,
  RetryEvent,
  SignEvent,
  StoreEvent,
  ThrottleEvent,
  WaitEvent,
} from './observe.ts'
export type { AppCredentials, ConnectionOptions, GitHubAppOptions } from './request/app-options.ts'
export {
  type AuthenticatedFetch,
  type AuthenticatedFetchOptions,
  authenticatedFetch,
} from './request/authenticated-fetch.ts'
export type { BotIdentity } from './request/bot-identity.ts'
export type { DeliveryListener } from './request/delivery-changes.ts'
export { GitHubApp, type InstallationId, type InstallationTarget } from './request/github-app.ts'
export {
  createGitHubAuth,
  type GitHubAuth,
  type InstallationSource,
  type OrganizationApp,
  type OrganizationsAuth,
  type OrganizationsOptions,
} from './request/github-auth.ts'
export { GitHubInstallation, type InstallationParts } from './request/github-installation.ts'
export {
  deliveryInstallation,
  type RequestInstallation,
  type RequestInstallationOptions,
  type RequestName,
  requestInstallation,
} from './request/request-installation.ts'
export type { VerifiedKey } from './request/verify-key.ts'
export type { WhenThrottled } from './request/when-throttled.ts'
export { type InjectedGitHubAuth, withGitHubAuth } from './request/with-github-auth.ts'
// token
export {
  type CachedTokens,
  type CachedTokensOptions,
  cachedTokens,
  type TokenKeeper,
} from './token/cached-tokens.ts'
export type { InstallationName } from './token/installation-lookup.ts'
export { InstallationToken, type TokenGrant } from './token/installation-token.ts'
export { type SingleFlightOptions, singleFlightTokens } from './token/single-flight-tokens.ts'
export { staticToken } from './token/static-token.ts'
export { Token } from './token/token.ts'
export type { GetTokenOptions, TokenProvider } from './token/token-provider.ts'
export type { PermissionLevel, Permissions, TokenScope } from './token/token-scope.ts'
export { BodyChunks, checkBodySize } from './webhook/body-chunks.ts'
// webhook
export type { DeliveriesApp } from './webhook/deliveries-api.ts'
export { Delivery, type DeliveryHeaders, type WebhookPayload } from './webhook/delivery.ts'
export type { DeliveryAttempt } from './webhook/delivery-attempt.ts'
export type { DeliveryAuth } from './webhook/delivery-auth.ts'
export type { ClaimResult, DeliveryClaim, DeliveryClaims } from './webhook/delivery-claims.ts'
export type {
  DeliveryQueue,
  QueueAttempt,
  QueueEntry,
  QueueProcess,
  QueueWork,
} from './webhook/delivery-queue.ts'
export {
  createDeliveryWorker,
  type DeliveryWorker,
  type DeliveryWorkerOptions,
} from './webhook/delivery-worker.ts'
export type {
  DeliveryOf,
  EssentialEvents,
  EventPayload,
  WebhookEnterprise,
  WebhookEventName,
  WebhookEvents,
  WebhookInstallation,
  WebhookRepository,
  WebhookUser,
} from './webhook/events.ts'
export type { FailedDelivery } from './webhook/failed-deliveries.ts'
export {
  createFetchHandler,
  type FetchHandler,
  type FetchHandlerContext,
  webRequest,
  webResponse,
} from './webhook/fetch-handler.ts'
export type { DeliveryHandlers, WebhookHandler } from './webhook/handlers.ts'
export { type MemoryClaimsOptions, memoryClaims } from './webhook/memory-claims.ts'
export { type MemoryQueue, type MemoryQueueOptions, memoryQueue } from './webhook/memory-queue.ts'
export {
  checkReceiver,
  createWebhookReceiver,
  type WebhookReceiver,
  type WebhookReceiverOptions,
} from './webhook/receiver.ts'
export {
  type RecoveryOptions,
  type RecoveryReport,
  type RefusedDelivery,
  redeliverFailed,
} from './webhook/redeliver-failed.ts'
export type { SecretRereadOptions } from './webhook/rotating-secrets.ts'
export { createSignatureVerifier, type SignatureVerifier, type WebhookSecrets } from './webhook/signature.ts'
export { type SweepOptions, sweepDeliveries } from './webhook/sweep-deliveries.ts'
export {
  createDeliveryVerifier,
  type DeliveryVerifier,
  type VerifyDeliveryOptions,
} from './webhook/verify-delivery.ts'
export type { WebhookRequest, WebhookResponse } from './webhook/webhook-request.ts'
export { errorResponse } from './webhook/webhook-response.ts'
