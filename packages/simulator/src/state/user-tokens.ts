import type { Account, App, UserToken, UserTokenScope } from './entities.ts'
import { FIRST_ID, type Ids } from './ids.ts'
import { randomToken } from './random-token.ts'

// Lifetimes differ, so finding what expired means looking at all of them: worth it only when there are many more than before.
const SWEEP_FROM = 1_000

/** The tokens of users that are good. Whatever is not in here is refused. */
export class UserTokens {
  readonly #ids: Ids
  readonly #byValue = new Map<string, UserToken>()
  #sweepAt = SWEEP_FROM

  constructor(ids: Ids) {
    this.#ids = ids
  }

  /** A `ghu_` token when `app` is given, a `ghp_` token otherwise. */
  mint(user: Account, { app, scope, expiresAt, now }: NewUserToken): UserToken {
    this.#forgetExpired(now)
    const token: UserToken = Object.freeze({
      id: this.#ids.next(FIRST_ID.authorization),
      value: randomToken(app === undefined ? 'ghp' : 'ghu'),
      user,
      app,
      scope,
      createdAt: now,
      expiresAt,
    })
    this.#byValue.set(token.value, token)
    return token
  }

  find(value: string, now: number): UserToken | undefined {
    const token = this.#byValue.get(value)
    return token !== undefined && now < (token.expiresAt ?? Number.POSITIVE_INFINITY) ? token : undefined
  }

  /** Whether there was such a token. */
  revoke(value: string): boolean {
    return this.#byValue.delete(value)
  }

  /** Ends every token that an app has for a user. Whether there was one. */
  revokeAll(app: App, user: Account): boolean {
    const before = this.#byValue.size
    for (const token of this.#byValue.values())
      if (token.app === app && token.user === user) this.#byValue.delete(token.value)
    return this.#byValue.size < before
  }

  #forgetExpired(now: number): void {
    if (this.#byValue.size < this.#sweepAt) return
    for (const token of this.#byValue.values())
      if (now >= (token.expiresAt ?? Number.POSITIVE_INFINITY)) this.#byValue.delete(token.value)
    this.#sweepAt = Math.max(SWEEP_FROM, 2 * this.#byValue.size)
  }
}

/** What a token is made with; times in epoch milliseconds. */
export interface NewUserToken {
  readonly app: App | undefined
  readonly scope?: UserTokenScope | undefined
  readonly expiresAt: number | undefined
  readonly now: number
}
