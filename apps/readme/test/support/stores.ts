import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type AwsStores, startAwsStores } from '@hubauth/stores/aws'
import { type AzureStores, startAzureStores } from '@hubauth/stores/azure'
import { type GcpStores, startGcpStores } from '@hubauth/stores/gcp'
import { startVaultStores, type VaultStores } from '@hubauth/stores/vault'
import { PRIVATE_KEY, WEBHOOK_SECRET } from './github.ts'

/** The secret before the last rotation, which GitHub signs nothing with any more. */
const FORMER_SECRET = `former-${randomUUID()}`

/** Every store that pages name, with the key and the webhook secret of the app under the names that pages have for them. */
export interface ExampleStores {
  /** What tells the vendors' clients where the stores are, and who calls. */
  readonly environment: Readonly<Record<string, string>>
  /** What a platform would mount into an example, by path. */
  readonly mounts: Readonly<Record<string, string>>
  close(): Promise<void>
}

/** Starts them on this machine. */
export async function startStores(): Promise<ExampleStores> {
  const [aws, gcp, azure, vault] = await Promise.all([
    startAwsStores(),
    startGcpStores(),
    startAzureStores(),
    startVaultStores(),
  ])
  // Some credentials are looked for in files only.
  const folder = mkdtempSync(join(tmpdir(), 'hubauth-readme-'))
  fillAws(aws)
  fillGcp(gcp)
  fillAzure(azure)
  const serviceAccountToken = randomUUID()
  const appRole = fillVault(vault, serviceAccountToken)
  return {
    environment: {
      AWS_ENDPOINT_URL: aws.url,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
      // The SDK says in good time that it will need a newer Node.
      AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
      GOOGLE_STORES_PORT: String(gcp.port),
      GOOGLE_APPLICATION_CREDENTIALS: googleCredentials(gcp, folder),
      AZURE_STORES_PORT: String(azure.port),
      NODE_EXTRA_CA_CERTS: written(join(folder, 'azure.pem'), azure.certificate),
      ...azure.environment,
      VAULT_ADDR: vault.url,
      VAULT_ROLE_ID: appRole.roleId,
      VAULT_SECRET_ID: appRole.secretId,
    },
    mounts: {
      '/run/secrets/app.pem': PRIVATE_KEY,
      '/run/secrets/globex.pem': PRIVATE_KEY,
      '/var/run/secrets/kubernetes.io/serviceaccount/token': serviceAccountToken,
    },
    close: async () => {
      rmSync(folder, { recursive: true })
      await Promise.all([aws, gcp, azure, vault].map((store) => store.close()))
    },
  }
}

function fillAws({ secrets, parameters, keys }: AwsStores): void {
  secrets.put('github/app', PRIVATE_KEY)
  secrets.put('github/apps', JSON.stringify({ acme: PRIVATE_KEY, globex: PRIVATE_KEY }))
  secrets.put('github/webhook', FORMER_SECRET)
  secrets.put('github/webhook', WEBHOOK_SECRET)
  parameters.put('/github/app', PRIVATE_KEY)
  keys.alias('alias/github-app', keys.put(PRIVATE_KEY))
}

function fillGcp({ secretManager, kms }: GcpStores): void {
  secretManager.addVersion('projects/acme/secrets/github-app', PRIVATE_KEY)
  secretManager.addVersion('projects/acme/secrets/github-webhook', WEBHOOK_SECRET)
  kms.addVersion('projects/acme/locations/global/keyRings/github/cryptoKeys/app', PRIVATE_KEY)
}

function fillAzure({ secrets, keys }: AzureStores): void {
  secrets.put('github-app', PRIVATE_KEY)
  keys.import('github-app', PRIVATE_KEY)
}

function fillVault(vault: VaultStores, serviceAccountToken: string) {
  vault.keyValue.put('github/app', { private_key: PRIVATE_KEY, webhook_secret: WEBHOOK_SECRET })
  vault.transit.import('github-app', PRIVATE_KEY)
  // No more than the pages say that is needed.
  vault.writePolicy('github-app', {
    'secret/data/github/app': ['read'],
    'transit/keys/github-app': ['read'],
    'transit/sign/github-app/sha2-256': ['update'],
  })
  const token = { policies: ['github-app'], ttl: 3_600 }
  vault.createKubernetesRole({ ...token, name: 'github-app', jwt: serviceAccountToken })
  return vault.createAppRole(token)
}

function googleCredentials({ clientOptions: { credentials, projectId } }: GcpStores, folder: string): string {
  const content = { type: 'service_account', project_id: projectId, ...credentials }
  return written(join(folder, 'google.json'), JSON.stringify(content))
}

function written(path: string, content: string): string {
  writeFileSync(path, content, { mode: 0o600 })
  return path
}
