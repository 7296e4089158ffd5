/** Name of the store, in errors. */
export const STORE = 'Azure Key Vault'

/** https://learn.microsoft.com/azure/key-vault/general/about-keys-secrets-certificates#objects-identifiers-and-versioning */
const NAME = /^[0-9A-Za-z-]{1,127}$/
const VERSION = /^[0-9A-Za-z]{1,64}$/

/** Which entry of a vault is meant. */
export interface VaultEntry {
  readonly name: string
  readonly version?: string | undefined
}

/** The entry as errors name it: `app` or `app/VERSION`. @throws {TypeError} When a vault can have no such entry. */
export function entryId({ name, version }: VaultEntry): string {
  // Never repeated: keys are pasted where names belong.
  if (typeof name !== 'string' || !NAME.test(name))
    throw new TypeError('name: expected a name in the vault: letters, digits and dashes, and no URL.')
  if (version === undefined) return name
  if (typeof version !== 'string' || !VERSION.test(version))
    throw new TypeError('version: expected the 32 digits and letters that the vault shows, and no URL.')
  return `${name}/${version}`
}
