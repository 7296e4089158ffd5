import { inspect } from 'node:util'
import { KeyManagementServiceClient } from '@google-cloud/kms'
import { SecretManagerServiceClient } from '@google-cloud/secret-manager'
import { HubauthError } from '@hubauth/core'
import { type GcpStores, startGcpStores } from '@hubauth/stores/gcp'
import { expect } from 'vitest'

export const PARENT = 'projects/hubauth-test/secrets'
export const KEYS = 'projects/hubauth-test/locations/europe-west6/keyRings/github/cryptoKeys'
export const INPUT = new TextEncoder().encode('header.claims')

/** The services, and the real clients that call them over REST. */
export interface GoogleCloud {
  readonly stores: GcpStores
  readonly secrets: SecretManagerServiceClient
  readonly keys: KeyManagementServiceClient
  close(): Promise<void>
}

export async function startGoogleCloud(): Promise<GoogleCloud> {
  const stores = await startGcpStores()
  const secrets = new SecretManagerServiceClient(stores.clientOptions)
  const keys = new KeyManagementServiceClient(stores.clientOptions)
  return {
    stores,
    secrets,
    keys,
    close: async () => {
      await Promise.all([secrets.close(), keys.close()])
      await stores.close()
    },
  }
}

let names = 0

/** A name that no other test uses. */
export function newName(): string {
  return `name-${names++}`
}

/** What a call failed with. */
export async function failure(call: Promise<unknown>): Promise<HubauthError> {
  const error = await call.then(
    () => new Error('expected it to fail'),
    (reason: unknown) => reason,
  )
  if (!HubauthError.isInstance(error)) throw error
  return error
}

/** Fails when any line of a secret stands anywhere in an error. */
export function expectNoneOf(secret: string, error: Error): void {
  const printed = [
    inspect(error, { depth: 9, showHidden: true }),
    inspect(error.cause, { depth: 9, showHidden: true }),
    `${error.message} ${error.stack} ${JSON.stringify(error)}`,
  ].join('\n')
  for (const line of secret.split('\n').filter((text) => text.length > 11 && !text.includes('-----')))
    expect(printed).not.toContain(line)
}
