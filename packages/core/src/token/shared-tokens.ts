import type { Cache } from '../cache/cache.ts'
import type { Lease, ReleaseLease } from '../cache/lease.ts'
import type { StoreGuard } from '../cache/store-guard.ts'
import type { Deadline } from '../clock.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { Observe, WaitEvent } from '../observe.ts'
import type { TokenKeeper } from './cached-tokens.ts'
import type { InstallationChanges } from './installation-changes.ts'
import { type AppFacts, InstallationToken } from './installation-token.ts'
import type { GetTokenOptions } from './token-provider.ts'
import { type CanonicalScope, delimited } from './token-scope.ts'
import { MIN_REMAINING_MS, satisfies } from './token-validity.ts'

/** Of the time for one token: how long a lease outlives its holder, should that die; mints hardly ever take as long. */
const LEASE_SHARE = 0.4
/** Whatever the time for one token: others must not wait for the dead. */
const LONGEST_LEASE_MS = 60_000
/** Of the time for one token: what must be left for a mint of one's own when the others do not get there. */
const MINT_SHARE = 0.25
const FIRST_POLL_MS = 10
const LONGEST_POLL_MS = 250
const POLL_GROWTH = 1.5

/** What the shared tokens of an app share. */
export interface SharedTokensContext {
  readonly cache: Cache | undefined
  /** Lets one process mint while the others wait for the cache. Without it, each process mints once. */
  readonly lease: Lease | undefined
  readonly apiUrl: string
  readonly facts: AppFacts
  readonly clock: GitHubClock
  readonly guard: StoreGuard
  readonly changes: InstallationChanges
  /** For getting a token with all waiting, in milliseconds. */
  readonly timeoutMs: number
  readonly observe: Observe | undefined
}

/** Options of {@link SharedTokens}. */
export interface SharedTokensOptions {
  readonly context: SharedTokensContext
  readonly cache: Cache
  readonly installationId: number
  readonly scope: CanonicalScope
  /** Asks GitHub. */
  readonly mint: (deadline: Deadline) => Promise<InstallationToken>
}

type Waiting = Pick<WaitEvent, 'outcome'>['outcome']

/**
 * Shares the tokens of one identity with other processes, through a {@link Cache}. With a {@link Lease} one process mints
 * while the others look into the cache; they take over when it fails or dies, and mint themselves before their own time is
 * over. Whatever goes wrong with cache and lease, there is a token.
 */
export class SharedTokens implements TokenKeeper<InstallationToken> {
  readonly #options: SharedTokensOptions
  #key: string | undefined

  constructor(options: SharedTokensOptions) {
    this.#options = options
  }

  /** A token that another process has minted, or minted now. */
  async get(wanted: GetTokenOptions, deadline: Deadline): Promise<InstallationToken> {
    const { lease } = this.#options.context
    const kept = await this.#read(wanted)
    if (kept !== undefined) return kept
    return lease === undefined ? this.#mint(deadline) : this.#mintOnce(wanted, lease, deadline)
  }

  /** The token in the cache. What is no token of this installation as it is now counts as nothing. */
  async held(): Promise<InstallationToken | undefined> {
    const { cache, installationId, context } = this.#options
    const { facts, guard, changes } = context
    await changes.look()
    const { version } = changes
    const text = await guard.run(() => cache.get(this.#name))
    // Caches of others say null.
    if (typeof text !== 'string' || text === 'failed') return undefined
    const [stamp = '', ...serialized] = text.split('\n')
    const token = InstallationToken.parse(serialized.join('\n'), facts, version)
    const isOurs = token?.installationId === installationId
    return isOurs && changes.isStampCurrent(String(installationId), stamp, token.mintedAt) ? token : undefined
  }

  /** Takes the token out of the cache. */
  async forget(): Promise<void> {
    const { cache, context } = this.#options
    await context.guard.run(() => cache.delete(this.#name))
  }

  /** The whole identity of the token. Made when it is needed: most handles find theirs in memory. */
  get #name(): string {
    const { installationId, scope, context } = this.#options
    const { apiUrl, facts } = context
    this.#key ??= delimited(['token', apiUrl, String(facts.appId), String(installationId), scope.key])
    return this.#key
  }

  async #mintOnce(wanted: GetTokenOptions, lease: Lease, deadline: Deadline): Promise<InstallationToken> {
    const { clock, guard, timeoutMs } = this.#options.context
    const { local } = clock
    const startedAt = local.now()
    const patienceMs = timeoutMs * (1 - MINT_SHARE)
    const leaseMs = Math.min(timeoutMs * LEASE_SHARE, LONGEST_LEASE_MS)
    let sleptMs = 0
    for (let pollMs = FIRST_POLL_MS; ; pollMs = Math.min(pollMs * POLL_GROWTH, LONGEST_POLL_MS)) {
      const release = await guard.run((signal) => lease.acquire(this.#name, leaseMs, { signal }))
      const isWaiting = sleptMs > 0
      // A clock that is set back in the middle must not make anybody wait for longer.
      const waitedMs = Math.max(sleptMs, local.now() - startedAt)
      if (release !== undefined && release !== 'failed') {
        if (isWaiting) this.#waited('took-over', startedAt)
        return this.#mintAndRelease(wanted, release, deadline)
      }
      // A lease that failed is no reason to wait.
      if (release === 'failed' || waitedMs + pollMs > patienceMs) {
        if (isWaiting) this.#waited('gave-up', startedAt)
        return this.#mint(deadline)
      }
      // Not all at the same moment.
      const ms = Math.round(pollMs * (0.75 + Math.random() / 2))
      await local.sleep(ms, deadline.signal)
      sleptMs += ms
      const minted = await this.#read(wanted)
      if (minted === undefined) continue
      this.#waited('shared', startedAt)
      return minted
    }
  }

  async #mintAndRelease(
    wanted: GetTokenOptions,
    release: ReleaseLease,
    deadline: Deadline,
  ): Promise<InstallationToken> {
    try {
      // The last holder may have minted between our look into the cache and the lease.
      return (await this.#read(wanted)) ?? (await this.#mint(deadline))
    } finally {
      await this.#options.context.guard.run(release)
    }
  }

  /** The token in the cache, if it may be handed out. One that was rejected leaves the cache, so that nobody gets it again. */
  async #read(wanted: GetTokenOptions): Promise<InstallationToken | undefined> {
    const { installationId, context } = this.#options
    const { clock, facts, observe } = context
    const token = await this.held()
    if (token === undefined) return undefined
    if (satisfies(token, wanted, clock.now())) {
      observe?.({ type: 'hit', tier: 'shared', app: facts.appId, installationId })
      return token
    }
    if (token.value === wanted.rejected?.value) await this.forget()
    return undefined
  }

  async #mint(deadline: Deadline): Promise<InstallationToken> {
    const { cache, installationId, mint, context } = this.#options
    const { clock, guard, changes } = context
    const stamp = changes.stamp(String(installationId))
    const token = await mint(deadline)
    const expiresAt = clock.toLocal(token.expiresAt) - MIN_REMAINING_MS
    await guard.run(() => cache.set(this.#name, `${stamp}\n${InstallationToken.serialize(token)}`, expiresAt))
    return token
  }

  #waited(outcome: Waiting, startedAt: number): void {
    const { installationId, context } = this.#options
    const { clock, facts, observe } = context
    const durationMs = clock.local.now() - startedAt
    observe?.({ type: 'wait', outcome, app: facts.appId, installationId, durationMs })
  }
}
