import { requireSdk } from '@hubauth/core'

requireSdk({ url: import.meta.url, resolve: import.meta.resolve }, '@hubauth/key-aws', [
  '@aws-sdk/client-secrets-manager',
  '@aws-sdk/client-ssm',
  '@aws-sdk/client-kms',
])

export { type AwsKmsKeyOptions, awsKmsKey } from './aws-kms-key.ts'
export { type AwsParameterOptions, awsParameter } from './aws-parameter.ts'
export { type AwsSecretOptions, type AwsSecretVersion, awsSecret } from './aws-secret.ts'
export type { AwsClient } from './clients.ts'
