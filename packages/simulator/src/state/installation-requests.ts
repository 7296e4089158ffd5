import type { Account, App, InstallationRequest } from './entities.ts'
import { FIRST_ID, type Ids } from './ids.ts'

/** Who waits for an owner to install an app. One request for an app and an account. */
export class InstallationRequests {
  readonly #ids: Ids
  readonly #byApp = new Map<App, Map<Account, InstallationRequest>>()

  constructor(ids: Ids) {
    this.#ids = ids
  }

  add(
    app: App,
    account: Account,
    { requester, now }: { requester: Account; now: number },
  ): InstallationRequest {
    const id = this.#ids.next(FIRST_ID.installationRequest)
    const request: InstallationRequest = { id, app, account, requester, createdAt: now }
    const ofApp = this.#byApp.get(app) ?? new Map<Account, InstallationRequest>()
    this.#byApp.set(app, ofApp.set(account, request))
    return request
  }

  /** The requests for an app, oldest first. */
  of(app: App): InstallationRequest[] {
    return [...(this.#byApp.get(app)?.values() ?? [])]
  }

  remove(app: App, account: Account): void {
    this.#byApp.get(app)?.delete(account)
  }
}
