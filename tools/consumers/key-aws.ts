import { KMS, KMSClient } from '@aws-sdk/client-kms'
import { SecretsManager, SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSM, SSMClient } from '@aws-sdk/client-ssm'
import { createGitHubAuth, createWebhookReceiver, pemKey } from '@hubauth/core'
import {
  type AwsKmsKeyOptions,
  type AwsParameterOptions,
  type AwsSecretOptions,
  type AwsSecretVersion,
  awsKmsKey,
  awsParameter,
  awsSecret,
} from '@hubauth/key-aws'

const version: AwsSecretVersion = { stage: 'AWSPREVIOUS' }
const secret: AwsSecretOptions = { client: new SecretsManagerClient(), secretId: 'hubauth/app' }
const parameter: AwsParameterOptions = {
  client: new SSMClient({ region: 'eu-central-1' }),
  name: '/hubauth/key:3',
}
const key: AwsKmsKeyOptions = { client: new KMSClient(), keyId: 'alias/hubauth', timeoutMs: 2_000 }

export const auth = createGitHubAuth({
  organizations: {
    acme: { appId: 1, key: awsKmsKey(key) },
    globex: { appId: 2, key: pemKey(awsSecret(secret).field('key')) },
    initech: { appId: 3, key: pemKey(awsParameter(parameter)) },
    hooli: { appId: 4, key: awsKmsKey({ client: new KMS(), keyId: 'alias/hooli' }) },
  },
})
export const receiver = createWebhookReceiver({
  secrets: [
    awsSecret(secret).field('webhook'),
    awsSecret({ client: new SecretsManager(), secretId: 'hubauth/app', version }).field('webhook'),
    awsParameter({ client: new SSM(), name: 'webhook' }),
  ],
})
