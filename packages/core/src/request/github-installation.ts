import type { Budget } from '../observe.ts'
import type { InstallationToken } from '../token/installation-token.ts'
import type { GetTokenOptions, TokenProvider } from '../token/token-provider.ts'
import type { AuthenticatedFetch } from './authenticated-fetch.ts'
import type { BotIdentity } from './bot-identity.ts'

/** What an installation handle is made of; `GitHubApp.installation` makes it. */
export interface InstallationParts {
  readonly tokens: TokenProvider<InstallationToken>
  readonly fetch: AuthenticatedFetch
  readonly identity: () => Promise<BotIdentity>
  readonly revoke: () => Promise<void>
  readonly budget: () => readonly Budget[]
}

/**
 * Acts as an installation. A handle: nothing is fetched before it is used, it never goes stale, and it can be kept or
 * made anew for every request. It holds no secret that could be printed.
 */
export class GitHubInstallation {
  readonly #parts: InstallationParts
  /** Fetches with the installation's token: `await acme.fetch('/repos/acme/api/issues')`. Needs no `this`. */
  readonly fetch: AuthenticatedFetch

  constructor(parts: InstallationParts) {
    this.#parts = parts
    this.fetch = parts.fetch
  }

  /** The provider behind {@link token}, for what takes a `TokenProvider`. */
  get tokens(): TokenProvider<InstallationToken> {
    return this.#parts.tokens
  }

  /**
   * A token that is valid now, for whatever is not a fetch: git, another client, a child process.
   *
   * @throws {HubauthError} `NOT_INSTALLED`, `INSTALLATION_SUSPENDED`, `PERMISSION_NOT_GRANTED`,
   * `REPOSITORY_NOT_ACCESSIBLE`, `KEY_REFUSED`, `CLOCK_SKEW`, `THROTTLED`, `TIMEOUT`, …
   */
  token(options?: GetTokenOptions): Promise<InstallationToken> {
    return this.#parts.tokens.getToken(options)
  }

  /** Who the app is when it commits: for `git config user.name` and `user.email`. Asked once for the app. */
  identity(): Promise<BotIdentity> {
    return this.#parts.identity()
  }

  /**
   * What GitHub said last of the installation's rate limits, one entry a resource, the most used up first: of all its
   * handles in this process, since GitHub counts its tokens together. Empty until an answer said it.
   */
  budget(): readonly Budget[] {
    return this.#parts.budget()
  }

  /**
   * Revokes the token that this handle would serve now, if there is one, and forgets it. A token that GitHub no longer
   * knows counts as revoked.
   *
   * @throws {HubauthError} `GITHUB_UNAVAILABLE`, `GITHUB_REFUSED` or `THROTTLED` when GitHub did not revoke it.
   */
  revoke(): Promise<void> {
    return this.#parts.revoke()
  }
}
