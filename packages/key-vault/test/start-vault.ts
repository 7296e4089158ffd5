import { inspect } from 'node:util'
import { type AnyHubauthError, HubauthError } from '@hubauth/core'
import { startVaultStores, type VaultStores, type VaultStoresOptions } from '@hubauth/stores/vault'
import { expect, onTestFinished } from 'vitest'
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

/** What a promise rejects with: one of our errors, in which none of `secrets` can be seen. */
export async function failure(
  promise: Promise<unknown>,
  secrets: readonly string[] = [],
): Promise<AnyHubauthError> {
  const error = await promise.then(
    () => expect.fail('expected a rejection'),
    (reason: unknown) => reason,
  )
  if (!HubauthError.isInstance(error)) throw error
  expectNothingOf(secrets, error)
  return error
}

/** Nothing of the secrets can be seen in what is printed of `value`, nor of the key that a PEM holds. */
export function expectNothingOf(secrets: readonly string[], value: unknown): void {
  const { message, stack, cause } = value instanceof Error ? value : new Error()
  const printed = [
    inspect(value, { depth: 9, showHidden: true }),
    JSON.stringify(value),
    `${String(value)} ${message} ${stack} ${inspect(cause, { depth: 9, showHidden: true })}`,
  ].join(' ')
  expect(printed).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY|MII[A-Za-z0-9+/]{20}|hvs\./)
  for (const secret of secrets) expect(printed).not.toContain(secret)
}
