import { boundedMap } from '../cache/bounded-map.ts'
import { Flights } from '../cache/flights.ts'
import { DEFAULT_USER_AGENT } from '../github/api-headers.ts'
import type { GitHubHost } from '../github/host.ts'
import { Throttle } from '../github/throttle.ts'
import { Traffic } from '../github/traffic.ts'
import type { KeySource } from '../key/key-source.ts'
import type { Budget } from '../observe.ts'
import { AppApi, type AppApiOptions, MAX_KEYS } from '../token/app-api.ts'
import { AppProfile } from '../token/app-profile.ts'
import { appTokens } from '../token/app-tokens.ts'
import type { CachedTokens, TokenKeeper } from '../token/cached-tokens.ts'
import { Grants } from '../token/grants.ts'
import { InstallationLookup, type InstallationName } from '../token/installation-lookup.ts'
import type { AppFacts, InstallationToken } from '../token/installation-token.ts'
import { type InstallationTokensContext, installationTokens } from '../token/installation-tokens.ts'
import { LocatedTokens } from '../token/located-tokens.ts'
import { Suspensions } from '../token/suspensions.ts'
import type { Token } from '../token/token.ts'
import type { GetTokenOptions, TokenProvider } from '../token/token-provider.ts'
import { type CanonicalScope, canonicalScope, type TokenScope } from '../token/token-scope.ts'
import { Turns } from '../token/turns.ts'
import { checkAppOptions, type GitHubAppOptions } from './app-options.ts'
import type { AuthenticatedFetchContext } from './authenticated-call.ts'
import {
  type AuthenticatedFetch,
  createAuthenticatedFetch,
  globalFetch,
  RESPONSE_TIMEOUT_MS,
  RETRY_BUDGET_MS,
} from './authenticated-fetch.ts'
import { BotIdentityLookup } from './bot-identity.ts'
import { type Connection, connect } from './connection.ts'
import { GitHubInstallation } from './github-installation.ts'
import { Revocation } from './revocation.ts'
import { type VerifiedKey, verifyKey } from './verify-key.ts'

const MAX_TOKENS = 100_000
const TIMEOUT_MS = 10_000
const MAX_PAUSES = 10_000

/** An installation by its id, from a webhook or from `GET /app/installations`: saves the lookup. */
export interface InstallationId {
  readonly installationId: number
  /** Login of the account, if it is known; the token carries it. */
  readonly owner?: string | undefined
}

/** Which installation, and what its tokens may do. Without a scope: all that the installation was granted. */
export type InstallationTarget = (InstallationName | InstallationId) & TokenScope

/** The installation tokens of a handle. */
type HandleTokens = TokenProvider<InstallationToken> & TokenKeeper<InstallationToken>

/** A GitHub App: acts as itself with its JWT, and hands out its installations. */
export class GitHubApp {
  /** App ID or client ID, as given. */
  readonly appId: string | number
  readonly host: GitHubHost
  /** Fetches with the app's JWT: `await app.fetch('/app')`. Needs no `this`. */
  readonly fetch: AuthenticatedFetch
  readonly #key: KeySource
  readonly #tokens: TokenProvider
  readonly #calls: Omit<AppApiOptions, 'tokens'>
  readonly #shared: InstallationTokensContext
  readonly #requests: AuthenticatedFetchContext
  readonly #lookup: InstallationLookup
  readonly #bot: BotIdentityLookup

  /**
   * @param connection What several apps share. Default: one of its own, made of the options.
   * @throws {TypeError} For options that can never work. Reads no key and sends nothing.
   */
  constructor(options: GitHubAppOptions, connection?: Connection) {
    checkAppOptions(options)
    const {
      appId,
      key,
      timeoutMs = TIMEOUT_MS,
      userAgent = DEFAULT_USER_AGENT,
      maxTokens = MAX_TOKENS,
    } = options
    const shared = connection ?? connect(options)
    const { host, clock, changes, report, observe } = shared
    const { local } = clock
    const request = options.fetch ?? globalFetch
    this.appId = appId
    this.host = host
    const established = new WeakSet<Token>()
    const traffic = new Traffic({ app: appId, clock, observe })
    this.#tokens = appTokens({ appId, key, clock, timeoutMs, established, observe })
    this.#key = key
    this.#calls = {
      appId,
      host,
      fetch: request,
      clock,
      throttle: new Throttle(local),
      traffic,
      userAgent,
      established,
    }
    const api = new AppApi({ ...this.#calls, tokens: this.#tokens })
    const profile = new AppProfile(api, host)
    const { notInstalled } = profile
    const facts: AppFacts = { appId, owners: boundedMap(maxTokens) }
    const { owners } = facts
    const turns = new Turns({ clock: local, timeoutMs })
    this.#shared = {
      ...shared,
      api,
      apiUrl: host.apiUrl,
      grants: new Grants(),
      facts,
      memory: boundedMap(maxTokens),
      flights: new Flights(),
      pauses: boundedMap(MAX_PAUSES),
      suspensions: new Suspensions({ clock: local, changes, report }),
      turns,
      timeoutMs,
      refreshBeforeMs: options.refreshBeforeMs,
      notInstalled,
    }
    const retryBudgetMs = options.retryBudgetMs ?? RETRY_BUDGET_MS
    this.#requests = {
      host,
      fetch: request,
      clock,
      userAgent,
      retryBudgetMs,
      responseTimeoutMs: RESPONSE_TIMEOUT_MS,
      established,
      maxRefusals: 1,
      traffic,
      whenThrottled: options.whenThrottled ?? 'send',
    }
    this.#lookup = new InstallationLookup({
      api,
      app: appId,
      clock: local,
      maxEntries: maxTokens,
      timeoutMs,
      notInstalled,
      owners,
      changes,
      turns,
      observe,
    })
    this.#bot = new BotIdentityLookup({ profile, host, clock, timeoutMs })
    this.fetch = createAuthenticatedFetch(this.#tokens, { ...this.#requests, maxRefusals: MAX_KEYS })
  }

  /**
   * Finds out whether GitHub accepts a key of this app, for a check at start, or before a new key replaces the old one.
   *
   * @param key Default: the app's own key source.
   * @throws {HubauthError} `KEY_REFUSED` with the fingerprint, `APP_NOT_FOUND`, `CLOCK_SKEW`, and what the key source throws.
   */
  verifyKey(key: KeySource = this.#key): Promise<VerifiedKey> {
    const { clock, timeoutMs, observe } = this.#shared
    const { appId } = this
    const { established } = this.#calls
    const tokens = appTokens({ appId, key, clock, timeoutMs, established, observe })
    return verifyKey({ api: new AppApi({ ...this.#calls, tokens }), key, clock: clock.local, timeoutMs })
  }

  /** The app's JWT, which lives nine minutes. @throws {HubauthError} What the key source throws. */
  token(options?: GetTokenOptions): Promise<Token> {
    return this.#tokens.getToken(options)
  }

  /**
   * A handle on an installation, by its account, a repository, its enterprise, or its id. Nothing is fetched yet.
   *
   * @throws {TypeError} When it is not clear which installation is meant, or its scope can never work.
   */
  installation(target: InstallationTarget): GitHubInstallation {
    const tokens = this.#tokensOf(target, canonicalScope(target))
    const known = 'installationId' in target ? target.installationId : undefined
    return this.#handle(tokens, () => (tokens instanceof LocatedTokens ? tokens.installationId : known))
  }

  /**
   * What GitHub said last of the rate limits of this app and its installations, the most used up first. Only what this
   * process has seen since it started, and only until the limits are reset: nothing is asked.
   */
  budget(): readonly Budget[] {
    return this.#requests.traffic.budgets.list()
  }

  #tokensOf(target: InstallationTarget, scope: CanonicalScope): HandleTokens {
    if ('installationId' in target && target.installationId !== undefined) {
      const { installationId, owner } = target
      if (!Number.isSafeInteger(installationId) || installationId < 1)
        throw new TypeError('installationId: expected a positive integer.')
      const { owners } = this.#shared.facts
      const id = String(installationId)
      // What GitHub said of an installation counts for more than what a caller believes.
      if (owner !== undefined && owners.get(id) === undefined) owners.set(id, owner)
      return installationTokens(this.#shared, installationId, scope)
    }
    const name = checkedName(target as InstallationName)
    return new LocatedTokens({
      find: (gone) => this.#lookup.find(name, gone),
      tokensOf: (installationId): CachedTokens<InstallationToken> =>
        installationTokens(this.#shared, installationId, scope),
      clock: this.#shared.clock,
      changes: this.#shared.changes,
    })
  }

  #handle(tokens: HandleTokens, idOf: () => number | undefined): GitHubInstallation {
    const fetch = createAuthenticatedFetch(tokens, this.#requests)
    const revocation = new Revocation(tokens, this.#requests)
    return new GitHubInstallation({
      tokens,
      fetch,
      identity: () => this.#bot.find(fetch),
      revoke: () => revocation.revoke(),
      budget: () => {
        const id = idOf()
        return id === undefined ? [] : this.budget().filter(({ installationId }) => installationId === id)
      },
    })
  }
}

/** A login, repository or slug. Dots alone would be steps in the path of the lookup. */
const NAME = /^(?!\.+$)[\w.-]{1,100}$/

function checkedName(name: InstallationName): InstallationName {
  const { owner, repository, enterprise } = name
  const isName = (value: unknown) => value === undefined || (typeof value === 'string' && NAME.test(value))
  if (
    (owner === undefined) === (enterprise === undefined) ||
    ![owner, repository, enterprise].every(isName)
  ) {
    throw new TypeError(
      'installation(): expected { owner }, { owner, repository }, { enterprise } or { installationId }, with plain names.',
    )
  }
  return name
}
