import { property } from '../github/api-answer.ts'
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

/** Where a token belongs. */
export interface TokenOrigin {
  readonly installationId: number
  /** Login of the account, where it is known without asking: the installation was found by name, or by a delivery. */
  readonly owner?: string | undefined
  /** App ID or client ID, as given. */
  readonly app: string | number
}

/** All that an installation token consists of. */
export interface InstallationTokenFields extends TokenOrigin {
  readonly value: string
  /** Epoch milliseconds, GitHub's `expires_at`. */
  readonly expiresAt: number
  /** Epoch milliseconds: GitHub needs some seconds until all of it knows a new token. */
  readonly mintedAt: number
  readonly grant: TokenGrant
}

/** An installation access token. Frozen, and it redacts itself like every {@link Token}. */
export class InstallationToken extends Token implements TokenOrigin {
  readonly installationId: number
  readonly owner?: string | undefined
  readonly app: string | number
  readonly mintedAt: number
  readonly #grant: TokenGrant

  constructor({ value, expiresAt, mintedAt, installationId, owner, app, grant }: InstallationTokenFields) {
    super(value, expiresAt)
    this.installationId = installationId
    this.owner = owner
    this.app = app
    this.mintedAt = mintedAt
    this.#grant = grant
    Object.freeze(this)
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
    return Object.assign(super.toJSON(), this.#grant)
  }

  /** Everything, the secret included, as text for a cache. The inverse is {@link InstallationToken.parse}. */
  static serialize(token: InstallationToken): string {
    const { value, expiresAt, mintedAt, installationId, owner, app } = token
    return JSON.stringify({
      v: 1,
      value,
      expiresAt,
      mintedAt,
      installationId,
      owner,
      app,
      grant: token.#grant,
    })
  }

  /** Reads what {@link InstallationToken.serialize} wrote; undefined for anything else, such as another version's. */
  static parse(text: string): InstallationToken | undefined {
    try {
      const kept: unknown = JSON.parse(text)
      const isToken = property(kept, 'v') === 1 && typeof property(kept, 'value') === 'string'
      if (!isToken || typeof property(kept, 'expiresAt') !== 'number') return undefined
      const fields = kept as InstallationTokenFields
      return new InstallationToken({ ...fields, grant: freezeGrant(fields.grant) })
    } catch {
      return undefined
    }
  }
}

/** Freezes a grant and all in it. */
export function freezeGrant(grant: TokenGrant): TokenGrant {
  Object.freeze(grant.permissions)
  if (grant.repositories !== undefined) Object.freeze(grant.repositories)
  if (grant.singleFilePaths !== undefined) Object.freeze(grant.singleFilePaths)
  return Object.freeze(grant)
}
