/** What a module knows of itself, of its `import.meta`: bundlers know these two, and warn of the whole. */
export interface ModuleMeta {
  readonly url: string
  readonly resolve?: ((specifier: string) => string) | undefined
}

/**
 * For packages whose users pass a client of an SDK that is an optional peer: fails at import, with one sentence that says what
 * to install, when none of the SDKs is there. In a bundle there is nothing to look for, and nothing is checked.
 *
 * @param meta Of the module's own `import.meta`.
 * @throws {Error} `NAME needs …: npm install …`
 */
export function requireSdk(meta: ModuleMeta, name: string, sdks: readonly string[]): void {
  if (!meta.url?.includes(`/node_modules/${name}/`) || typeof meta.resolve !== 'function') return
  for (const sdk of sdks) {
    try {
      meta.resolve(sdk)
      return
    } catch {
      // Not this one; another may be there.
    }
  }
  const others = sdks.length === 1 ? 'its SDK' : 'the SDK of the service that has the key'
  const [first, ...rest] = sdks
  const choice = rest.length === 0 ? first : `${first} (or ${rest.join(', or ')})`
  throw new Error(`${name} needs ${others}, which is not installed: npm install ${choice}`)
}
