import type { AnyHubauthError } from '@hubauth/core'
import { startVaultStores, type VaultStores, type VaultStoresOptions } from '@hubauth/stores/vault'
import { expectHidden, hubauthError } from '@hubauth/testing'
import { onTestFinished } from 'vitest'
import { type VaultClientOptions, vaultAppRole, vaultClient } from '../src/index.ts'

export const PATH = 'github/acme'

/** What an app needs, and no more. */
export const POLICY = {
  'secret/data/github/*': ['read'],
  'transit/keys/+': ['read'],
  'transit/sign/+/sha2-256': ['update'],
} as const

/** A Vault with the policy `github`, which is closed at the end of the test. */
export async function startVault(options: VaultStoresOptions = {}): Promise<VaultStores> {
  const vault = await startVaultStores(options)
  onTestFinished(() => vault.close())
  vault.writePolicy('github', POLICY)
  return vault
}

/** A client that logs in with an AppRole of its own. */
export function appRoleClient(vault: VaultStores, options: Partial<VaultClientOptions> = {}) {
  const { roleId, secretId } = vault.createAppRole({ policies: ['github'], ttl: 3_600 })
  return vaultClient({ address: vault.url, login: vaultAppRole({ roleId, secretId }), ...options })
}

/** The error of Hubauth that a promise rejects with, in which neither the secrets nor any token of Vault can be seen. */
export async function failure(
  promise: Promise<unknown>,
  secrets: readonly string[] = [],
): Promise<AnyHubauthError> {
  const error = await hubauthError(promise)
  expectAllHidden(secrets, error)
  return error
}

/** Nothing of the secrets can be seen in `value`, nor any token of Vault. */
export function expectAllHidden(secrets: readonly string[], value: unknown): void {
  for (const secret of ['hvs.', ...secrets]) expectHidden(secret, value)
}
