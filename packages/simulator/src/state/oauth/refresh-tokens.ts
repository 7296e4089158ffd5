import type { Account, App, UserTokenScope } from '../entities.ts'
import { randomToken } from '../random-token.ts'
import { ExpiringMap } from './expiring-map.ts'

/** GitHub's own lifetime of a refresh token: 183 days. */
export const REFRESH_TOKEN_LIFETIME_MS = 15_811_200_000
/** When there are more, the oldest stop working. */
const MAX_REFRESH_TOKENS = 100_000

/** Whom a refresh token renews access for. */
export interface RefreshToken {
  readonly app: App
  readonly user: Account
  readonly scope: UserTokenScope | undefined
  /** Whether it came from the device flow, whose clients have no secret. */
  readonly device: boolean
  /** The one access token that stops working when this one is used. */
  accessToken: string
}

/** The refresh tokens that are good. Each can be used once. */
export class RefreshTokens {
  readonly #byValue = new ExpiringMap<RefreshToken>({
    lifetimeMs: REFRESH_TOKEN_LIFETIME_MS,
    maxEntries: MAX_REFRESH_TOKENS,
  })

  /** The value that the client gets. */
  mint(token: RefreshToken, now: number): string {
    const value = randomToken('ghr')
    this.#byValue.add(value, token, now)
    return value
  }

  find(value: string, now: number): RefreshToken | undefined {
    return this.#byValue.find(value, now)
  }

  revoke(value: string): void {
    this.#byValue.delete(value)
  }

  /** Ends what stands behind an access token. */
  revokeFor(accessToken: string): void {
    this.#byValue.deleteWhere((token) => token.accessToken === accessToken)
  }

  /** Ends everything that an app has for a user. */
  revokeAll(app: App, user: Account): void {
    this.#byValue.deleteWhere((token) => token.app === app && token.user === user)
  }

  /** An access token got a new value; what renewed the old one now renews the new one. */
  follow(accessToken: string, replacement: string): void {
    for (const token of this.#byValue.values())
      if (token.accessToken === accessToken) token.accessToken = replacement
  }
}
