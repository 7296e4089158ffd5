import { KMSClient } from '@aws-sdk/client-kms'
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager'
import { SSMClient } from '@aws-sdk/client-ssm'
import { KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'
import { KeyManagementServiceClient } from '@google-cloud/kms'
import { SecretManagerServiceClient } from '@google-cloud/secret-manager'
import { type KeySource, keyRing, pemKey, type StoredSecret } from '@hubauth/core'
import { awsKmsKey, awsParameter, awsSecret } from '@hubauth/key-aws'
import { azureKey, azureSecret } from '@hubauth/key-azure'
import { gcpKmsKey, gcpSecret } from '@hubauth/key-gcp'
import { type VaultClient, vaultAppRole, vaultClient, vaultSecret, vaultTransitKey } from '@hubauth/key-vault'
import { startAwsStores } from '@hubauth/stores/aws'
import { startAzureStores } from '@hubauth/stores/azure'
import { type StoreFault, startGcpStores } from '@hubauth/stores/gcp'
import { type PolicyPaths, startVaultStores, type VaultStores } from '@hubauth/stores/vault'
import { onTestFinished } from 'vitest'

/** A running store; `Source` is a key of a KMS, or a secret with a key in its field `acme`. */
export interface RunningStore<Source> {
  readonly source: Source
  /** The same for a name that is not there. */
  readonly missing: Source
  /** Replaces what is there. */
  put(pem: string): void
  fault(fault: StoreFault | undefined): void
}

interface StoreOptions {
  readonly timeoutMs?: number | undefined
}

/** Starts a store for one test, reached through the official SDK, with a time limit of `timeoutMs` for each call. */
export type StartStore<Source> = (pem: string, options: StoreOptions) => Promise<RunningStore<Source>>

/** A key of the source, whatever it is. */
export function keyIn(source: KeySource | StoredSecret, onProblem: (error: unknown) => void): KeySource {
  return 'sign' in source ? source : pemKey(source.field('acme'), { onProblem })
}

/** The document of a secret that serves several apps. */
const document = (pem: string) => JSON.stringify({ globex: 'of another app', acme: pem })

/** Every store of secrets, by name. */
export const SECRET_STORES = {
  'AWS Secrets Manager': async (pem: string, options: StoreOptions) => {
    const aws = await startAwsStores()
    const client = new SecretsManagerClient(aws.clientOptions)
    const secret = (secretId: string) => awsSecret({ client, secretId, ...options })
    const put = (text: string) => void aws.secrets.put('github/app', document(text))
    return running(aws, { pem, put, source: secret('github/app'), missing: secret('github/other') })
  },
  'AWS Systems Manager Parameter Store': async (pem: string, options: StoreOptions) => {
    const aws = await startAwsStores()
    const client = new SSMClient(aws.clientOptions)
    const parameter = (name: string) => awsParameter({ client, name, ...options })
    const put = (text: string) => void aws.parameters.put('/github/app', document(text))
    return running(aws, { pem, put, source: parameter('/github/app'), missing: parameter('/github/other') })
  },
  'Google Cloud Secret Manager': async (pem: string, options: StoreOptions) => {
    const google = await startGcpStores()
    const client = new SecretManagerServiceClient(google.clientOptions)
    const secret = (name: string) => gcpSecret({ client, secret: `projects/p/secrets/${name}`, ...options })
    const put = (text: string) =>
      void google.secretManager.addVersion('projects/p/secrets/app', document(text))
    return running(google, { pem, put, source: secret('app'), missing: secret('other') })
  },
  'Azure Key Vault secret': async (pem: string, options: StoreOptions) => {
    const azure = await startAzureStores()
    const client = new SecretClient(azure.vaultUrl, azure.credential, azure.clientOptions)
    const secret = (name: string) => azureSecret({ client, name, ...options })
    const put = (text: string) => void azure.secrets.put('app', document(text))
    return running(azure, { pem, put, source: secret('app'), missing: secret('other') })
  },
  'Vault KV': async (pem: string, options: StoreOptions) => {
    const vault = await startVaultStores()
    const client = loggedIn(vault, { 'secret/data/github/*': ['read'] })
    const secret = (path: string) => vaultSecret({ client, path, ...options })
    const put = (text: string) =>
      void vault.keyValue.put('github/app', { globex: 'of another app', acme: text })
    return running(vault, { pem, put, source: secret('github/app'), missing: secret('github/other') })
  },
} satisfies Readonly<Record<string, StartStore<StoredSecret>>>

/** Everything that signs with a key that it does not give out, by name. */
export const KEY_STORES = {
  'AWS KMS': async (pem: string, options: StoreOptions) => {
    const aws = await startAwsStores()
    const client = new KMSClient(aws.clientOptions)
    const key = (keyId: string) => awsKmsKey({ client, keyId, ...options })
    const put = (text: string) => aws.keys.alias('alias/app', aws.keys.put(text))
    return running(aws, { pem, put, source: key('alias/app'), missing: key('alias/other') })
  },
  'Google Cloud KMS': async (pem: string, options: StoreOptions) => {
    const google = await startGcpStores()
    const client = new KeyManagementServiceClient(google.clientOptions)
    const key = (version: number) =>
      gcpKmsKey({ client, cryptoKeyVersion: `${CRYPTO_KEY}/cryptoKeyVersions/${version}`, ...options })
    const put = (text: string) => void google.kms.addVersion(CRYPTO_KEY, text)
    // There is no latest version: a rotation is a ring of two.
    return running(google, { pem, put, source: keyRing(key(1), key(2)), missing: key(9) })
  },
  'Azure Key Vault key': async (pem: string, options: StoreOptions) => {
    const azure = await startAzureStores()
    const client = new KeyClient(azure.vaultUrl, azure.credential, azure.clientOptions)
    const key = (name: string) => azureKey({ client, name, ...options })
    const put = (text: string) => void azure.keys.import('app', text)
    return running(azure, { pem, put, source: key('app'), missing: key('other') })
  },
  'Vault Transit': async (pem: string, options: StoreOptions) => {
    const vault = await startVaultStores()
    const client = loggedIn(vault, { 'transit/keys/*': ['read'], 'transit/sign/*': ['update'] })
    const key = (name: string) => vaultTransitKey({ client, name, ...options })
    const put = (text: string) =>
      void (vault.transit.get('app') === undefined
        ? vault.transit.import('app', text)
        : vault.transit.rotate('app', text))
    return running(vault, { pem, put, source: key('app'), missing: key('other') })
  },
} satisfies Readonly<Record<string, StartStore<KeySource>>>

const CRYPTO_KEY = 'projects/p/locations/global/keyRings/r/cryptoKeys/app'

interface Server {
  fault: StoreFault | undefined
  close(): Promise<void>
}

function running<Source>(
  server: Server,
  { pem, ...store }: Omit<RunningStore<Source>, 'fault'> & { readonly pem: string },
): RunningStore<Source> {
  store.put(pem)
  onTestFinished(() => server.close())
  return {
    ...store,
    fault: (fault) => {
      server.fault = fault
    },
  }
}

function loggedIn(vault: VaultStores, policy: PolicyPaths): VaultClient {
  vault.writePolicy('app', policy)
  const { roleId, secretId } = vault.createAppRole({ policies: ['app'] })
  return vaultClient({ address: vault.url, login: vaultAppRole({ roleId, secretId }) })
}
