import type { Account, App } from '../entities.ts'

/** Which users let which apps act for them. */
export class Authorizations {
  readonly #byApp = new Map<App, Set<Account>>()

  add(app: App, user: Account): void {
    const users = this.#byApp.get(app) ?? new Set<Account>()
    this.#byApp.set(app, users.add(user))
  }

  has(app: App, user: Account): boolean {
    return this.#byApp.get(app)?.has(user) ?? false
  }

  /** Whether there was one. */
  remove(app: App, user: Account): boolean {
    return this.#byApp.get(app)?.delete(user) ?? false
  }
}
