import { KeyClient } from '@azure/keyvault-keys'
import { SecretClient } from '@azure/keyvault-secrets'
import type { AnyHubauthError } from '@hubauth/core'
import { type AzureStores, startAzureStores } from '@hubauth/stores/azure'
import { expectHidden, hubauthError, rsaKey } from '@hubauth/testing'
import { expect, onTestFinished } from 'vitest'

/** A vault, and the official clients for it. */
export interface TestAzure extends AzureStores {
  readonly secretClient: SecretClient
  readonly keyClient: KeyClient
  /** For the same entries at `managedhsm.azure.net`. */
  readonly hsmClient: KeyClient
}

/** Starts a vault for one test. */
export async function startAzure(): Promise<TestAzure> {
  const stores = await startAzureStores()
  onTestFinished(() => stores.close())
  const { vaultUrl, managedHsmUrl, credential, clientOptions } = stores
  return Object.assign(stores, {
    secretClient: new SecretClient(vaultUrl, credential, { ...clientOptions }),
    keyClient: new KeyClient(vaultUrl, credential, { ...clientOptions }),
    hsmClient: new KeyClient(managedHsmUrl, credential, { ...clientOptions }),
  })
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
  secret: string = rsaKey().pkcs1,
): Promise<AnyHubauthError> {
  const error = await hubauthError(work)
  const { code, secretId, field, says = /./ } = expected
  expect(error.code).toBe(code)
  expect(error.details).toEqual({
    store: 'Azure Key Vault',
    secretId,
    ...(field !== undefined && { field }),
  })
  for (const named of ['Azure Key Vault', secretId, field ?? '']) expect(error.message).toContain(named)
  expect(error.message).toMatch(says)
  expectHidden(secret, error)
  return error
}
