import { requireSdk } from '@hubauth/core'

requireSdk({ url: import.meta.url, resolve: import.meta.resolve }, '@hubauth/key-gcp', [
  '@google-cloud/secret-manager',
  '@google-cloud/kms',
])

export type { GcpBytes, GcpCallOptions, GcpClient, GcpKmsClient, GcpSecretClient } from './clients.ts'
export { type GcpKmsKeyOptions, gcpKmsKey } from './gcp-kms-key.ts'
export { type GcpSecretOptions, gcpSecret } from './gcp-secret.ts'
