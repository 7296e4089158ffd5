import type { Account, App, Installation, RepositorySelection } from './entities.ts'
import { FIRST_ID, type Ids } from './ids.ts'
import type { Permissions } from './permissions.ts'

/** Who installed which app. An account installs an app at most once. */
export class Installations {
  readonly #ids: Ids
  readonly #byId = new Map<number, Installation>()
  readonly #byApp = new Map<App, Map<Account, Installation>>()

  constructor(ids: Ids) {
    this.#ids = ids
  }

  /** @throws {TypeError} when the app is already installed on the account, or the id is taken. */
  add(app: App, account: Account, options: NewInstallation): Installation {
    const ofApp = this.#ofApp(app)
    if (ofApp.has(account)) throw new TypeError(`The app is already installed on "${account.login}"`)
    const id = options.id ?? this.#ids.next(FIRST_ID.installation, (taken) => this.#byId.has(taken))
    if (this.#byId.has(id)) throw new TypeError(`The installation id ${id} is taken`)
    const { selection, permissions, now } = options
    const installation: Installation = {
      id,
      app,
      account,
      selection,
      permissions,
      events: app.events,
      suspended: undefined,
      createdAt: now,
      updatedAt: now,
    }
    this.#byId.set(id, installation)
    ofApp.set(account, installation)
    return installation
  }

  find(id: number): Installation | undefined {
    return this.#byId.get(id)
  }

  findFor(app: App, account: Account): Installation | undefined {
    return this.#byApp.get(app)?.get(account)
  }

  /** The installations of an app, oldest first. */
  of(app: App): Installation[] {
    return [...this.#ofApp(app).values()]
  }

  remove(installation: Installation): void {
    this.#byId.delete(installation.id)
    this.#byApp.get(installation.app)?.delete(installation.account)
  }

  #ofApp(app: App): Map<Account, Installation> {
    const known = this.#byApp.get(app)
    if (known !== undefined) return known
    const none = new Map<Account, Installation>()
    this.#byApp.set(app, none)
    return none
  }
}

/** What an installation is made with; without an id it gets the next free one. `now` in epoch milliseconds. */
export interface NewInstallation {
  readonly id: number | undefined
  readonly selection: RepositorySelection
  readonly permissions: Permissions
  readonly now: number
}
