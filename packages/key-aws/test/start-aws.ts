import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSMClient } from '@aws-sdk/client-ssm'
import { type AwsStores, startAwsStores } from '@hubauth/stores/aws'
import { onTestFinished } from 'vitest'

/** The three services, and a client for each. */
export interface TestAws {
  readonly stores: AwsStores
  readonly secretsManager: SecretsManagerClient
  readonly ssm: SSMClient
  readonly kms: KMSClient
}

/** Starts the services for one test; all is closed at its end. */
export async function startAws(): Promise<TestAws> {
  const stores = await startAwsStores()
  const secretsManager = new SecretsManagerClient(stores.clientOptions)
  const ssm = new SSMClient(stores.clientOptions)
  const kms = new KMSClient(stores.clientOptions)
  onTestFinished(async () => {
    for (const client of [secretsManager, ssm, kms]) client.destroy()
    await stores.close()
  })
  return { stores, secretsManager, ssm, kms }
}
