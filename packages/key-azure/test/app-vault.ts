import { type KeySource, pemKey, type StoredSecret } from '@hubauth/core'
import { rsaKey } from '@hubauth/testing'
import { type Mock, vi } from 'vitest'
import { azureKey, azureSecret } from '../src/index.ts'
import { startAzure, type TestAzure } from './start-azure.ts'

/** What is signed. */
export const input: Uint8Array = new TextEncoder().encode('header.claims')

/** What a key signs by itself: RS256 has one signature for each input. */
export const signatureOf = (pem: string): Promise<Uint8Array> => pemKey(pem).sign(input)

/** A vault with the key `app`, and a source for it. */
export interface KeyVault extends TestAzure {
  readonly vault: TestAzure
  readonly version: string
  readonly key: KeySource
  readonly onProblem: Mock
}

/** Starts a vault with the key `app`. */
export async function withKey(): Promise<KeyVault> {
  const vault = await startAzure()
  const version = vault.keys.import('app', rsaKey().pkcs1)
  const onProblem = vi.fn()
  const key = azureKey({ client: vault.keyClient, name: 'app', onProblem })
  return { ...vault, vault, version, key, onProblem }
}

/** What a secret holds that no error may show. */
export const SECRET = 'very-much-a-secret'

/** A vault with the secret `app`, and a source for it. */
export interface SecretVault extends TestAzure {
  readonly vault: TestAzure
  readonly secret: StoredSecret
}

/** Starts a vault with the secret `app`. */
export async function withSecret(value: string = SECRET): Promise<SecretVault> {
  const vault = await startAzure()
  vault.secrets.put('app', value)
  return { ...vault, vault, secret: azureSecret({ client: vault.secretClient, name: 'app' }) }
}
