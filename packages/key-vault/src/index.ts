export { type VaultAppRoleOptions, vaultAppRole } from './vault-app-role.ts'
export {
  type VaultCallOptions,
  type VaultClient,
  type VaultClientOptions,
  vaultClient,
} from './vault-client.ts'
export { VaultError } from './vault-error.ts'
export { type VaultKubernetesOptions, vaultKubernetes } from './vault-kubernetes.ts'
export type { VaultGrant, VaultLogin, VaultLoginCall } from './vault-login.ts'
export { type VaultSecretOptions, vaultSecret } from './vault-secret.ts'
export { vaultToken } from './vault-token.ts'
export { type VaultTransitKeyOptions, vaultTransitKey } from './vault-transit-key.ts'
