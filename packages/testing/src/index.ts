export { type CacheFactory, type DescribeCacheOptions, describeCache } from './conformance/cache-suite.ts'
export type { ConformanceOptions, ConformanceSkip } from './conformance/conformance-case.ts'
export {
  type DeliveryClaimsFactory,
  type DescribeDeliveryClaimsOptions,
  describeDeliveryClaims,
} from './conformance/delivery-claims-suite.ts'
export {
  describeKeySource,
  type KeySourceFactory,
  type KeySourceSubject,
} from './conformance/key-source-suite.ts'
export { type DescribeLeaseOptions, describeLease, type LeaseFactory } from './conformance/lease-suite.ts'
export type { StoreContext, StoreTimeOptions } from './conformance/store-time.ts'
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
export { type ManualClock, manualClock } from './manual-clock.ts'
export { type SignedDelivery, type SignedDeliveryOptions, signedDelivery } from './signed-delivery.ts'
export { type Tampering, tamperings } from './tamperings.ts'
