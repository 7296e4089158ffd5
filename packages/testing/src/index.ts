export { type CacheFactory, type DescribeCacheOptions, describeCache } from './conformance/cache-suite.ts'
export {
  type ChangeLogFactory,
  type DescribeChangeLogOptions,
  describeChangeLog,
} from './conformance/change-log-suite.ts'
export type { ConformanceOptions, ConformanceSkip } from './conformance/conformance-case.ts'
export {
  type DeliveryClaimsFactory,
  type DescribeDeliveryClaimsOptions,
  describeDeliveryClaims,
} from './conformance/delivery-claims-suite.ts'
export type { DeliveryQueueFactory, TestedQueue } from './conformance/delivery-queue/queue-case.ts'
export {
  type DescribeDeliveryQueueOptions,
  describeDeliveryQueue,
} from './conformance/delivery-queue-suite.ts'
export type { GitHubAuthMount, GitHubAuthSetup, RequestView } from './conformance/github-auth/auth-case.ts'
export { describeGitHubAuth } from './conformance/github-auth-suite.ts'
export type { ListeningApp } from './conformance/http/listening-app.ts'
export {
  describeKeySource,
  type KeySourceFactory,
  type KeySourceSubject,
} from './conformance/key-source-suite.ts'
export { type DescribeLeaseOptions, describeLease, type LeaseFactory } from './conformance/lease-suite.ts'
export type { StoreContext, StoreTimeOptions } from './conformance/store-time.ts'
export type { VerifiedRouteParser } from './conformance/verified-route/delivery-cases.ts'
export type { VerifiedRouteMount, VerifiedRouteSetup } from './conformance/verified-route/route-case.ts'
export {
  type DescribeVerifiedRouteOptions,
  describeVerifiedRoute,
} from './conformance/verified-route-suite.ts'
export type { MountedWebhook, WebhookMount } from './conformance/webhook-mount/mounted-receiver.ts'
export type { ParserSetup } from './conformance/webhook-mount/parser-cases.ts'
export { type DescribeWebhookMountOptions, describeWebhookMount } from './conformance/webhook-mount-suite.ts'
export {
  type EncryptedRsaKey,
  type EphemeralEcKey,
  type EphemeralKey,
  type EphemeralRsaKey,
  ecKey,
  ed25519Key,
  encryptedKey,
  type RsaKeyOptions,
  rsaKey,
} from './ephemeral-keys.ts'
export { expectHidden } from './expect-hidden.ts'
export { hubauthError } from './hubauth-error.ts'
export { type ListeningServer, listen } from './listen.ts'
export { type ManualClock, manualClock } from './manual-clock.ts'
export { type SignedDelivery, type SignedDeliveryOptions, signedDelivery } from './signed-delivery.ts'
export { type Tampering, tamperings } from './tamperings.ts'
