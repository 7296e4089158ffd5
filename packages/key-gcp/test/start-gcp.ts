import { KeyManagementServiceClient } from '@google-cloud/kms'
import { SecretManagerServiceClient } from '@google-cloud/secret-manager'
import { type GcpStores, startGcpStores } from '@hubauth/stores/gcp'
import { afterAll, afterEach, beforeAll } from 'vitest'

export const PARENT = 'projects/hubauth-test/secrets'
export const KEYS = 'projects/hubauth-test/locations/europe-west6/keyRings/github/cryptoKeys'
export const INPUT = new TextEncoder().encode('header.claims')

/** The services, and the real clients that call them over REST. */
export interface TestGcp {
  readonly stores: GcpStores
  readonly secrets: SecretManagerServiceClient
  readonly keys: KeyManagementServiceClient
}

/**
 * Starts the services for all tests of a file, because the clients take long to make; faults are taken back after each test.
 *
 * @param use Told when they are there, before the first test.
 */
export function startGcpForAll(use: (cloud: TestGcp) => void): void {
  let cloud: TestGcp
  beforeAll(async () => {
    const stores = await startGcpStores()
    const secrets = new SecretManagerServiceClient(stores.clientOptions)
    const keys = new KeyManagementServiceClient(stores.clientOptions)
    cloud = { stores, secrets, keys }
    use(cloud)
  })
  afterEach(() => {
    Object.assign(cloud.stores, { fault: undefined, outages: 0 })
  })
  afterAll(async () => {
    await Promise.all([cloud.secrets.close(), cloud.keys.close()])
    await cloud.stores.close()
  })
}

let names = 0

/** A name that no other test uses. */
export function newName(): string {
  return `name-${names++}`
}
