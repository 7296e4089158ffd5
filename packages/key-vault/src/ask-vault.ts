import { HubauthError, type StorePlace } from '@hubauth/core'
import { toVaultError, VaultError } from './vault-error.ts'

/** Asks through any client; what goes wrong is a {@link VaultError} then, for `explainVault`. */
export async function askVault(place: StorePlace, ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask()
  } catch (cause) {
    const error = toVaultError(cause)
    if (!(error instanceof VaultError) || error.code !== 'REDIRECTED') throw error
    const what = `${place.store} could not be asked for ${place.secretId}: ${error.message}`
    throw new HubauthError('STORE_UNAVAILABLE', what, {
      details: place,
      remedy: 'Give vaultClient the address of the active node, or of the load balancer before the nodes.',
    })
  }
}
