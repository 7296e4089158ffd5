import { untilAborted } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { CachedTokens, TokenKeeper } from './cached-tokens.ts'
import type { InstallationChanges } from './installation-changes.ts'
import { KEEP_MS } from './installation-lookup.ts'
import type { InstallationToken } from './installation-token.ts'
import type { GetTokenOptions, TokenProvider } from './token-provider.ts'

/** How {@link LocatedTokens} gets from a name to tokens. */
export interface Location {
  /** Finds the installation. `gone` is one that GitHub no longer knows: a remembered answer that names it is wrong. */
  readonly find: (gone?: number) => Promise<number>
  readonly tokensOf: (installationId: number) => CachedTokens<InstallationToken>
  /** GitHub's time, by which tokens are minted. */
  readonly clock: { now(): number }
  readonly changes: InstallationChanges
}

/** How long to go on with what is known when looking it up again failed. */
const LOOKUP_PAUSE_MS = 60_000

/**
 * Tokens of an installation that is known by name. It is found at the first token, again every hour (names change
 * hands), and once more when GitHub answers that the installation is gone.
 */
export class LocatedTokens implements TokenProvider<InstallationToken>, TokenKeeper<InstallationToken> {
  readonly #location: Location
  /** Not through the location: with many handles, every object on the way to a token is one that no cache of the CPU has. */
  readonly #changes: InstallationChanges
  #installationId: number | undefined
  #tokens: CachedTokens<InstallationToken> | undefined
  #locatedUntil = 0
  /** The changes that were known when it was located. */
  #version = 0

  constructor(location: Location) {
    this.#location = location
    this.#changes = location.changes
  }

  /** The installation, once it was found. */
  get installationId(): number | undefined {
    return this.#installationId
  }

  getToken(options?: GetTokenOptions): Promise<InstallationToken> {
    const isLocated = this.#version === this.#changes.version
    return (isLocated ? this.#tokens?.served(options, this.#locatedUntil) : undefined) ?? this.#renew(options)
  }

  async held(): Promise<InstallationToken | undefined> {
    return (await this.#locate()).held()
  }

  async forget(): Promise<void> {
    await (await this.#locate()).forget()
  }

  async #renew(options: GetTokenOptions | undefined): Promise<InstallationToken> {
    options?.signal?.throwIfAborted()
    const tokens = await untilAborted(this.#locate(), options?.signal)
    const installationId = this.#installationId
    try {
      return await tokens.getToken(options)
    } catch (error) {
      if (!isNotInstalled(error)) throw error
      const again = await untilAborted(this.#locate(installationId), options?.signal)
      return again.getToken(options)
    }
  }

  async #locate(gone?: number): Promise<CachedTokens<InstallationToken>> {
    const { tokensOf, clock } = this.#location
    const changes = this.#changes
    if (!changes.isFresh(clock.now())) await changes.look()
    const isGone = gone !== undefined && gone === this.#installationId
    const { version } = changes
    const isLocated = this.#version === version && clock.now() < this.#locatedUntil
    if (this.#tokens !== undefined && !isGone && isLocated) return this.#tokens
    const installationId = await this.#find(gone)
    this.#version = version
    // Others may have come to the same answer meanwhile.
    if (this.#tokens === undefined || installationId !== this.#installationId)
      this.#tokens = tokensOf(installationId)
    this.#installationId = installationId
    return this.#tokens
  }

  async #find(gone: number | undefined): Promise<number> {
    const { find, clock } = this.#location
    try {
      const installationId = await find(gone)
      this.#locatedUntil = clock.now() + KEEP_MS
      return installationId
    } catch (error) {
      // That GitHub is down must not stop what worked until now; that the app is no longer installed must.
      if (this.#installationId === undefined || isNotInstalled(error)) throw error
      this.#locatedUntil = clock.now() + LOOKUP_PAUSE_MS
      return this.#installationId
    }
  }
}

function isNotInstalled(error: unknown): boolean {
  return HubauthError.isInstance(error) && error.code === 'NOT_INSTALLED'
}
