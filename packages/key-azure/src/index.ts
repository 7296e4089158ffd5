import { requireSdk } from '@hubauth/core'

requireSdk({ url: import.meta.url, resolve: import.meta.resolve }, '@hubauth/key-azure', [
  '@azure/keyvault-secrets',
  '@azure/keyvault-keys',
])

export { type AzureKeyOptions, azureKey } from './azure-key.ts'
export { type AzureSecretOptions, azureSecret } from './azure-secret.ts'
export type { AzureKeyClient, AzureKeyVersion, AzureSecretClient } from './clients.ts'
