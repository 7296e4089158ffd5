import { randomBytes, randomUUID } from 'node:crypto'
import type { Installation, InstallationToken, RepositorySelection } from './entities.ts'
import type { Permissions } from './permissions.ts'
import { randomToken } from './random-token.ts'
import { knownFrom, type Replication } from './replication.ts'

/** `stateless`: `ghs_APPID_` and a JWT, about 520 characters with two dots. `classic`: `ghs_` and 36 characters. */
export type TokenFormat = 'stateless' | 'classic'

/** GitHub's own lifetime of an installation access token. */
const TOKEN_LIFETIME_MS = 3_600_000

/** The installation access tokens that are good. Whatever is not in here is refused. */
export class Tokens {
  readonly #replication: Replication
  readonly #byValue = new Map<string, InstallationToken>()
  #minted = 0

  constructor(replication: Replication) {
    this.#replication = replication
  }

  /** How many tokens were ever minted. */
  get minted(): number {
    return this.#minted
  }

  mint(installation: Installation, options: NewToken): InstallationToken {
    this.#forgetExpired(options.now)
    // GitHub answers with whole seconds, so the token must not outlive what it says.
    const expiresAt = Math.floor((options.now + TOKEN_LIFETIME_MS) / 1000) * 1000
    const { permissions, selection } = options
    const { tokenMs, permissionsMs } = this.#replication.lag
    const token: InstallationToken = Object.freeze({
      value: options.format === 'classic' ? randomToken('ghs') : statelessValue(installation, expiresAt),
      installation,
      permissions,
      selection,
      expiresAt,
      knownAt: knownFrom(options.now, tokenMs),
      grantedAt: knownFrom(options.now, tokenMs + permissionsMs),
    })
    this.#byValue.set(token.value, token)
    this.#minted += 1
    return token
  }

  find(value: string, now: number): InstallationToken | undefined {
    const token = this.#byValue.get(value)
    return token !== undefined && now >= token.knownAt && now < token.expiresAt ? token : undefined
  }

  /** Whether there was such a token, and it had not expired. */
  revoke(value: string, now: number): boolean {
    const token = this.#byValue.get(value)
    this.#byValue.delete(value)
    return token !== undefined && now < token.expiresAt
  }

  revokeAll(installation: Installation): void {
    for (const token of this.#byValue.values())
      if (token.installation === installation) this.#byValue.delete(token.value)
  }

  // Tokens live equally long, so the first one that is still good ends the search.
  #forgetExpired(now: number): void {
    for (const token of this.#byValue.values()) {
      if (now < token.expiresAt) return
      this.#byValue.delete(token.value)
    }
  }
}

/** What a token is made with; `now` in epoch milliseconds. */
export interface NewToken {
  readonly permissions: Permissions
  readonly selection: RepositorySelection
  readonly format: TokenFormat
  readonly now: number
}

// The signature is random: a client has to treat the token as opaque, and nobody can verify GitHub's either.
function statelessValue(installation: Installation, expiresAt: number): string {
  const header = base64url({ alg: 'RS256', typ: 'JWT' })
  const claims = base64url({
    iss: 'github',
    iat: (expiresAt - TOKEN_LIFETIME_MS) / 1000,
    exp: expiresAt / 1000,
    jti: randomUUID(),
  })
  return `ghs_${installation.app.id}_${header}.${claims}.${randomBytes(256).toString('base64url')}`
}

function base64url(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}
