/**
 * Makes a path fit for a URL; slashes at its ends do not count.
 *
 * @param name What to call it in the message.
 * @throws {TypeError} For what no path can be, which is not repeated.
 */
export function vaultPath(name: string, path: string): string {
  const segments = typeof path === 'string' ? path.replace(/^\/+|\/+$/g, '').split('/') : ['']
  if (segments.some((segment) => ['', '.', '..'].includes(segment.trim())))
    throw new TypeError(`${name}: expected a path in Vault, such as github/acme.`)
  return segments.map((segment) => encodeURIComponent(segment)).join('/')
}

/** Something in a mount. */
export interface VaultEntry {
  readonly mount: string
  readonly name: string
  readonly version: number | undefined
}

/** The entry as errors name it: `secret/app` or `secret/app version 3`. @throws {TypeError} For what is no version. */
export function entryId({ mount, name, version }: VaultEntry): string {
  if (version === undefined) return `${mount}/${name}`
  if (!Number.isSafeInteger(version) || version < 1)
    throw new TypeError('version: expected the number of a version, from 1.')
  return `${mount}/${name} version ${version}`
}
