import { createGitHubAuth, createWebhookReceiver, pemKey } from '@hubauth/core'
import {
  type VaultAppRoleOptions,
  type VaultCallOptions,
  type VaultClient,
  type VaultClientOptions,
  VaultError,
  type VaultGrant,
  type VaultKubernetesOptions,
  type VaultLogin,
  type VaultLoginCall,
  type VaultSecretOptions,
  type VaultTransitKeyOptions,
  vaultAppRole,
  vaultClient,
  vaultKubernetes,
  vaultSecret,
  vaultToken,
  vaultTransitKey,
} from '@hubauth/key-vault'

const role: VaultAppRoleOptions = { roleId: 'role', secretId: async () => 'secret' }
const pod: VaultKubernetesOptions = { role: 'github-app' }
const own: VaultLogin = (logIn: VaultLoginCall): Promise<VaultGrant> =>
  logIn('auth/jwt/login', { role: 'app' })
export const logins: readonly VaultLogin[] = [
  vaultAppRole(role),
  vaultKubernetes(pod),
  vaultToken('token'),
  vaultToken(() => 'token'),
  own,
]

const options: VaultClientOptions = { address: 'https://vault.example:8200', login: own, namespace: 'admin' }
const client: VaultClient = vaultClient(options)
const stored: VaultSecretOptions = { client, path: 'github/acme', version: 2 }
const transit: VaultTransitKeyOptions = { client, name: 'github-acme' }

createGitHubAuth({
  organizations: {
    acme: { appId: 1, key: pemKey(vaultSecret(stored).field('private_key')) },
    globex: { appId: 2, key: vaultTransitKey(transit) },
  },
})
createWebhookReceiver({ secrets: vaultSecret(stored).field('webhook_secret') })

export async function versionOf(path: string, call: VaultCallOptions): Promise<unknown> {
  return client.read(path, call).catch((error: unknown) => (error instanceof VaultError ? error.code : error))
}
