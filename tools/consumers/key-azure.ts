import { DefaultAzureCredential } from '@azure/identity'
import { KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'
import { createGitHubAuth, createWebhookReceiver, pemKey } from '@hubauth/core'
import {
  type AzureKeyClient,
  type AzureKeyOptions,
  type AzureKeyVersion,
  type AzureSecretClient,
  type AzureSecretOptions,
  azureKey,
  azureSecret,
} from '@hubauth/key-azure'

const VAULT = 'https://acme.vault.azure.net'
const secretClient: AzureSecretClient = new SecretClient(VAULT, new DefaultAzureCredential())
const keyClient: AzureKeyClient = new KeyClient(VAULT, new DefaultAzureCredential())
const secret: AzureSecretOptions = { client: secretClient, name: 'github' }
const key: AzureKeyOptions = { client: keyClient, name: 'github-app', timeoutMs: 2_000 }

export const auth = createGitHubAuth({
  organizations: {
    acme: { appId: 1, key: pemKey(azureSecret(secret).field('acme')) },
    globex: { appId: 2, key: azureKey(key) },
  },
})
export const receiver = createWebhookReceiver({ secrets: azureSecret(secret).field('webhook') })
export const latest = (): Promise<AzureKeyVersion> => keyClient.getKey('github-app', {})
