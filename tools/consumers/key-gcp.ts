import { KeyManagementServiceClient } from '@google-cloud/kms'
import { SecretManagerServiceClient } from '@google-cloud/secret-manager'
import { createGitHubAuth, createWebhookReceiver, keyRing, pemKey } from '@hubauth/core'
import { type GcpKmsKeyOptions, type GcpSecretOptions, gcpKmsKey, gcpSecret } from '@hubauth/key-gcp'

const secretOptions: GcpSecretOptions = {
  client: new SecretManagerServiceClient({ keyFilename: 'google.json' }),
  secret: 'projects/acme-bots/secrets/github-app',
  version: 5,
  timeoutMs: 2_000,
}
const keyOptions: GcpKmsKeyOptions = {
  client: new KeyManagementServiceClient({ fallback: true, keyFilename: 'google.json' }),
  cryptoKeyVersion:
    'projects/acme-bots/locations/europe-west6/keyRings/github/cryptoKeys/app/cryptoKeyVersions/1',
}
const secret = gcpSecret(secretOptions)
export const auth = createGitHubAuth({
  organizations: {
    acme: { appId: 1, key: pemKey(secret.field('acme')) },
    globex: { appId: 2, key: keyRing(gcpKmsKey(keyOptions), pemKey(secret.field('globex'))) },
  },
})
export const receiver = createWebhookReceiver({ secrets: secret.field('webhook') })
