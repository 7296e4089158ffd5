import { untilAborted } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { CachedTokens } from './cached-tokens.ts'
import type { FoundInstallation } from './installation-lookup.ts'
import type { InstallationToken } from './installation-token.ts'
import type { GetTokenOptions, TokenProvider } from './token-provider.ts'

/** How {@link LocatedTokens} gets from a name to tokens. */
export interface Location {
  /** Finds the installation. `gone` is one that GitHub no longer knows: a remembered answer that names it is wrong. */
  readonly find: (gone?: FoundInstallation) => Promise<FoundInstallation>
  readonly tokensOf: (found: FoundInstallation) => CachedTokens<InstallationToken>
}

/**
 * Tokens of an installation that is known by name. It is found at the first token; when GitHub answers that the
 * installation is gone (the app was installed anew), it is looked up once more.
 */
export class LocatedTokens implements TokenProvider<InstallationToken> {
  readonly #location: Location
  #found: FoundInstallation | undefined
  #tokens: CachedTokens<InstallationToken> | undefined

  constructor(location: Location) {
    this.#location = location
  }

  getToken(options?: GetTokenOptions): Promise<InstallationToken> {
    const token = this.#tokens?.cached(options)
    return token === undefined ? this.#renew(options) : Promise.resolve(token)
  }

  /** See `CachedTokens.forget`. */
  async forget(): Promise<InstallationToken | undefined> {
    const tokens = this.#tokens ?? (await this.#locate(undefined, undefined))
    return tokens.forget()
  }

  async #renew(options: GetTokenOptions | undefined): Promise<InstallationToken> {
    const tokens = this.#tokens ?? (await this.#locate(undefined, options?.signal))
    try {
      return await tokens.getToken(options)
    } catch (error) {
      if (!HubauthError.isInstance(error) || error.code !== 'NOT_INSTALLED') throw error
      const again = await this.#locate(this.#found, options?.signal)
      return again.getToken(options)
    }
  }

  async #locate(
    gone: FoundInstallation | undefined,
    signal: AbortSignal | undefined,
  ): Promise<CachedTokens<InstallationToken>> {
    this.#found = await untilAborted(this.#location.find(gone), signal)
    this.#tokens = this.#location.tokensOf(this.#found)
    return this.#tokens
  }
}
