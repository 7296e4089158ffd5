import { inspect } from 'node:util'
import { KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'
import { type AnyHubauthError, HubauthError } from '@hubauth/core'
import { type AzureStores, startAzureStores } from '@hubauth/stores/azure'
import { expect, onTestFinished } from 'vitest'

/** A vault, and the official clients for it. */
export interface TestVault extends AzureStores {
  readonly secretClient: SecretClient
  readonly keyClient: KeyClient
  /** For the same entries at `managedhsm.azure.net`. */
  readonly hsmClient: KeyClient
}

/** Starts a vault for one test. */
export async function startVault(): Promise<TestVault> {
  const stores = await startAzureStores()
  onTestFinished(() => stores.close())
  const { vaultUrl, managedHsmUrl, credential, clientOptions } = stores
  return Object.assign(stores, {
    secretClient: new SecretClient(vaultUrl, credential, { ...clientOptions }),
    keyClient: new KeyClient(vaultUrl, credential, { ...clientOptions }),
    hsmClient: new KeyClient(managedHsmUrl, credential, { ...clientOptions }),
  })
}

/** The error that `work` fails with. */
export async function failure(work: Promise<unknown>): Promise<AnyHubauthError> {
  const error = await work.then(
    () => new Error('It did not fail.'),
    (reason: unknown) => reason,
  )
  if (HubauthError.isInstance(error)) return error
  throw error
}

/** Everything that printing, logging or sending an error could show. */
export function allOf(error: Error): string {
  const texts = [inspect(error, { depth: 9, showHidden: true }), error.stack, JSON.stringify(error)]
  return [...texts, inspect(error.cause, { depth: 9, showHidden: true }), String(error)].join('\n')
}

/** Expects an error about an entry of the vault, without a word of what the entry holds. */
export async function expectFailure(
  work: Promise<unknown>,
  expected: {
    readonly code: string
    readonly secretId: string
    readonly field?: string
    readonly says?: RegExp
  },
  secret: string = 'PRIVATE KEY',
): Promise<AnyHubauthError> {
  const error = await failure(work)
  const { code, secretId, field, says = /./ } = expected
  expect(error.code).toBe(code)
  expect(error.details).toEqual({
    store: 'Azure Key Vault',
    secretId,
    ...(field !== undefined && { field }),
  })
  for (const named of ['Azure Key Vault', secretId, field ?? '']) expect(error.message).toContain(named)
  expect(error.message).toMatch(says)
  expect(allOf(error)).not.toContain(secret)
  expect(allOf(error)).not.toMatch(/PRIVATE KEY|MII[A-Za-z0-9+/]{40}|Bearer \w/)
  return error
}
