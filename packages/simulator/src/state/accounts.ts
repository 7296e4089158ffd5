import type { Account } from './entities.ts'
import { FIRST_ID, type Ids } from './ids.ts'

/** What a login looks like; a bot's ends in `[bot]`. */
export const LOGIN_PATTERN: RegExp = /^[a-z\d](?:[a-z\d_-]{0,98}[a-z\d])?(?:\[bot\])?$/i

/** The address that GitHub gives whoever does not want to show one: the id, a plus sign and the login. */
export function noreplyEmail({ id, login }: Pick<Account, 'id' | 'login'>): string {
  return `${id}+${login}@users.noreply.github.com`
}

/** Everything that has a login. Logins are unique regardless of case. */
export class Accounts {
  readonly #ids: Ids
  readonly #byId = new Map<number, Account>()
  readonly #byLogin = new Map<string, Account>()

  constructor(ids: Ids) {
    this.#ids = ids
  }

  /** @throws {TypeError} when the login is taken or not a login. */
  add(login: string, { type, name = null, email = null, now }: NewAccount): Account {
    this.#claim(login)
    const account: Account = {
      id: this.#ids.next(FIRST_ID.account),
      login,
      type,
      name,
      email,
      members: new Map(),
      createdAt: now,
      updatedAt: now,
    }
    this.#byId.set(account.id, account)
    this.#byLogin.set(login.toLowerCase(), account)
    return account
  }

  /** Everybody, oldest first. */
  all(): Iterable<Account> {
    return this.#byId.values()
  }

  findById(id: number): Account | undefined {
    return this.#byId.get(id)
  }

  find(login: string): Account | undefined {
    return this.#byLogin.get(login.toLowerCase())
  }

  rename(account: Account, login: string): void {
    if (login.toLowerCase() !== account.login.toLowerCase()) this.#claim(login)
    this.#byLogin.delete(account.login.toLowerCase())
    account.login = login
    this.#byLogin.set(login.toLowerCase(), account)
  }

  #claim(login: string): void {
    if (!LOGIN_PATTERN.test(login)) throw new TypeError(`"${login}" is not a GitHub login`)
    if (this.#byLogin.has(login.toLowerCase())) throw new TypeError(`The login "${login}" is taken`)
  }
}

/** What an account is made with; `now` in epoch milliseconds. */
export interface NewAccount {
  readonly type: Account['type']
  readonly name?: string | null
  readonly email?: string | null
  readonly now: number
}
