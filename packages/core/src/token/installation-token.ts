import type { BoundedMap } from '../cache/bounded-map.ts'
import { Token } from './token.ts'
import type { Permissions } from './token-scope.ts'

/** What a token may do, as GitHub answered when it minted it. Frozen. */
export interface TokenGrant {
  readonly permissions: Permissions
  readonly repositorySelection: 'all' | 'selected'
  /** Names (`owner/name`) of the repositories that the token was narrowed to; undefined when GitHub lists none. */
  readonly repositories?: readonly string[] | undefined
  /** Paths of the `single_file` permission; undefined when it was not granted. */
  readonly singleFilePaths?: readonly string[] | undefined
}

/** What is known of an app and its installations, beside their tokens. */
export interface AppFacts {
  /** App ID or client ID, as given. */
  readonly appId: string | number
  /** Logins of the accounts of installations, by installation id as text, as far as lookups and deliveries told them. */
  readonly owners: BoundedMap<string>
}

/** All that an installation token consists of. */
export interface InstallationTokenFields {
  readonly value: string
  /** Epoch milliseconds, GitHub's `expires_at`. */
  readonly expiresAt: number
  /** Epoch milliseconds: GitHub needs some seconds until all of it knows a new token. */
  readonly mintedAt: number
  readonly installationId: number
  readonly grant: TokenGrant
  /** The changes that were known when GitHub was asked for it; see `InstallationChanges.version`. Default 0. */
  readonly version?: number | undefined
}

/** An installation access token. Frozen, and it redacts itself like every {@link Token}. */
export class InstallationToken extends Token {
  readonly installationId: number
  /** When it was minted, in epoch milliseconds. */
  readonly mintedAt: number
  readonly #facts: AppFacts
  readonly #grant: TokenGrant
  readonly #version: number

  constructor(
    { value, expiresAt, mintedAt, installationId, grant, version = 0 }: InstallationTokenFields,
    facts: AppFacts,
  ) {
    super(value, expiresAt)
    this.installationId = installationId
    this.mintedAt = mintedAt
    this.#facts = facts
    this.#grant = grant
    this.#version = version
    Object.freeze(this)
  }

  /** App ID or client ID, as it was given to `createGitHubAuth`. */
  get app(): string | number {
    return this.#facts.appId
  }

  /** Login of the account, where it is known without asking: the installation was found by name, or by a delivery. */
  get owner(): string | undefined {
    return this.#facts.owners.get(String(this.installationId))
  }

  get permissions(): Permissions {
    return this.#grant.permissions
  }

  /** Whether the token reaches all repositories of the installation, or selected ones. */
  get repositorySelection(): 'all' | 'selected' {
    return this.#grant.repositorySelection
  }

  /** See {@link TokenGrant.repositories}. */
  get repositories(): readonly string[] | undefined {
    return this.#grant.repositories
  }

  /** See {@link TokenGrant.singleFilePaths}. */
  get singleFilePaths(): readonly string[] | undefined {
    return this.#grant.singleFilePaths
  }

  override toJSON(): object {
    return Object.assign(super.toJSON(), { app: this.app, owner: this.owner }, this.#grant)
  }

  /** Everything, the secret included, as text for a cache. The inverse is {@link InstallationToken.parse}. */
  static serialize(token: InstallationToken): string {
    const { value, expiresAt, mintedAt, installationId } = token
    return JSON.stringify({ v: 1, value, expiresAt, mintedAt, installationId, grant: token.#grant })
  }

  /** See {@link InstallationTokenFields.version}. */
  static versionOf(token: InstallationToken): number {
    return token.#version
  }

  /**
   * Reads what {@link InstallationToken.serialize} wrote; undefined for anything else, such as another version's.
   *
   * @param version See {@link InstallationTokenFields.version}.
   */
  static parse(text: string, facts: AppFacts, version: number = 0): InstallationToken | undefined {
    try {
      const { v, ...fields } = JSON.parse(text) as InstallationTokenFields & { readonly v: unknown }
      const { value, expiresAt, mintedAt, installationId, grant } = fields
      const isToken = v === 1 && typeof value === 'string' && value !== '' && isGrant(grant)
      if (!isToken || ![expiresAt, mintedAt, installationId].every(Number.isFinite)) return undefined
      return new InstallationToken({ ...fields, grant: freezeGrant(grant), version }, facts)
    } catch {
      return undefined
    }
  }
}

function isGrant({ permissions, repositories = [], singleFilePaths = [] }: TokenGrant): boolean {
  return (
    typeof permissions === 'object' &&
    permissions !== null &&
    Array.isArray(repositories) &&
    Array.isArray(singleFilePaths)
  )
}

/** Freezes a grant and all in it. */
export function freezeGrant(grant: TokenGrant): TokenGrant {
  Object.freeze(grant.permissions)
  if (grant.repositories !== undefined) Object.freeze(grant.repositories)
  if (grant.singleFilePaths !== undefined) Object.freeze(grant.singleFilePaths)
  return Object.freeze(grant)
}
