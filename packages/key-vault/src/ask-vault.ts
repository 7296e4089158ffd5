import { toVaultError } from './vault-error.ts'

/** Asks through any client; what goes wrong is a {@link VaultError} then, for `explainVault`. */
export async function askVault(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    return await ask()
  } catch (cause) {
    throw toVaultError(cause)
  }
}
