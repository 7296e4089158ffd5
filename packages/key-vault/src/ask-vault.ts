import { HubauthError, type StorePlace, type StoreProblem } from '@hubauth/core'
import { toVaultError, VaultError } from './vault-error.ts'

const PROBLEMS: Readonly<Record<string, StoreProblem>> = {
  LOGIN_REFUSED: 'access-denied',
  LOGIN_INVALID: 'access-denied',
  HTTP_401: 'access-denied',
  HTTP_403: 'access-denied',
  HTTP_404: 'not-found',
  VERSION_DELETED: 'not-found',
  VERSION_DESTROYED: 'not-found',
  VERSION_MISSING: 'not-found',
  HTTP_429: 'throttled',
  KEY_TYPE: 'unusable',
}

/** Asks through any client; what goes wrong is a {@link VaultError} then, for {@link explainVault}. */
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

/** What an error means; whatever is not listed is a Vault that cannot answer now. */
export function explainVault(error: unknown): StoreProblem | undefined {
  return error instanceof VaultError ? PROBLEMS[error.code] : undefined
}
