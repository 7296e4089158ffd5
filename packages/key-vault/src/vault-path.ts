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

/** @throws {TypeError} When `version` is given and cannot be the number of one. */
export function checkVersion(version: number | undefined): void {
  if (version !== undefined && !(Number.isSafeInteger(version) && version > 0))
    throw new TypeError('version: expected the number of a version, from 1.')
}
