import type { Cache } from '../cache/cache.ts'
import type { Lease, ReleaseLease } from '../cache/lease.ts'
import { withDeadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { TokenKeeper } from './cached-tokens.ts'
import { type AppFacts, InstallationToken } from './installation-token.ts'
import type { GetTokenOptions, TokenProvider } from './token-provider.ts'
import { MIN_REMAINING_MS, satisfies } from './token-validity.ts'

/** A cache that takes longer than this is slower than minting. */
const CACHE_TIMEOUT_MS = 1_000
/** Longer than a mint may take, so that a lease outlives its holder's mint but not its holder's death by much. */
const LEASE_MS = 15_000
const POLL_MS = 50

/** Options of {@link sharedTokens}. */
export interface SharedTokensOptions {
  readonly cache: Cache
  /** Lets one process mint while the others wait for the cache. Without it, each process mints once. */
  readonly lease?: Lease | undefined
  /** The whole identity of the token: API host, app, installation and scope. */
  readonly key: string
  readonly clock: GitHubClock
  readonly facts: AppFacts
  readonly installationId: number
  /** How long to wait for another process to mint, in milliseconds. Default 10 000. */
  readonly timeoutMs?: number | undefined
  /** Told when the cache or the lease fails; the caller gets a token all the same. */
  readonly onCacheFailed?: ((error: HubauthError) => void) | undefined
}

/** Shares tokens with other processes through a {@link Cache}. */
export function sharedTokens(
  provider: TokenProvider<InstallationToken>,
  options: SharedTokensOptions,
): SharedTokens {
  return new SharedTokens(provider, options)
}

/** What {@link sharedTokens} makes. */
export class SharedTokens implements TokenProvider<InstallationToken>, TokenKeeper<InstallationToken> {
  readonly #provider: TokenProvider<InstallationToken>
  readonly #options: SharedTokensOptions

  constructor(provider: TokenProvider<InstallationToken>, options: SharedTokensOptions) {
    this.#provider = provider
    this.#options = options
  }

  async getToken(wanted: GetTokenOptions = {}): Promise<InstallationToken> {
    const kept = await this.#read(wanted)
    if (kept !== undefined) return kept
    const { lease, clock, timeoutMs = 10_000 } = this.#options
    if (lease === undefined) return this.#mint(wanted)
    const { local } = clock
    for (const giveUpAt = local.now() + timeoutMs; local.now() < giveUpAt; ) {
      const release = await this.#guard(() => lease.acquire(this.#options.key, LEASE_MS))
      // A lease that failed is no reason to wait.
      if (release === 'failed') break
      if (release !== undefined) return this.#mintAndRelease(wanted, release)
      await local.sleep(POLL_MS)
      const minted = await this.#read(wanted)
      if (minted !== undefined) return minted
    }
    return this.#mint(wanted)
  }

  /** The token in the cache. What is no token of this installation counts as nothing. */
  async held(): Promise<InstallationToken | undefined> {
    const { cache, key, facts, installationId } = this.#options
    const text = await this.#guard(() => cache.get(key))
    const token = text === undefined || text === 'failed' ? undefined : InstallationToken.parse(text, facts)
    return token?.installationId === installationId ? token : undefined
  }

  /** Takes the token out of the cache. */
  async forget(): Promise<void> {
    const { cache, key } = this.#options
    await this.#guard(() => cache.delete(key))
  }

  async #mintAndRelease(wanted: GetTokenOptions, release: ReleaseLease): Promise<InstallationToken> {
    try {
      // The last holder may have minted between our look into the cache and the lease.
      return (await this.#read(wanted)) ?? (await this.#mint(wanted))
    } finally {
      await this.#guard(release)
    }
  }

  /** The token in the cache, if it may be handed out. One that was rejected leaves the cache, so that nobody gets it again. */
  async #read(wanted: GetTokenOptions): Promise<InstallationToken | undefined> {
    const token = await this.held()
    if (token === undefined || satisfies(token, wanted, this.#options.clock.now())) return token
    if (token.value === wanted.rejected?.value) await this.forget()
    return undefined
  }

  async #mint(wanted: GetTokenOptions): Promise<InstallationToken> {
    const token = await this.#provider.getToken(wanted)
    const { cache, key, clock } = this.#options
    const expiresAt = clock.toLocal(token.expiresAt) - MIN_REMAINING_MS
    await this.#guard(() => cache.set(key, InstallationToken.serialize(token), expiresAt))
    return token
  }

  /** Losing the cache must not lose the token: a failure or a second's silence is reported, and counts as nothing. */
  async #guard<T>(work: () => Promise<T>): Promise<T | 'failed'> {
    const { clock, onCacheFailed } = this.#options
    try {
      return await withDeadline(
        { clock: clock.local, timeoutMs: CACHE_TIMEOUT_MS, what: 'The shared cache' },
        work,
      )
    } catch (cause) {
      onCacheFailed?.(new HubauthError('CACHE_FAILED', 'The shared token cache failed.', { cause }))
      return 'failed'
    }
  }
}
