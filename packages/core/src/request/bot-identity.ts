import { Flights } from '../cache/flights.ts'
import { type Deadline, withDeadline } from '../clock.ts'
import { property, readAnswer, refused } from '../github/api-answer.ts'
import type { GitHubClock } from '../github/github-clock.ts'
import type { GitHubHost } from '../github/host.ts'
import type { AppProfile } from '../token/app-profile.ts'
import type { AuthenticatedFetch } from './authenticated-fetch.ts'

/** Who an app is when it commits or comments. */
export interface BotIdentity {
  /** Such as `octo-app[bot]`. */
  readonly login: string
  /** The user id of the bot, which is not the App ID. */
  readonly id: number
  /** The address that makes GitHub show the app as the author of a commit. */
  readonly email: string
}

/** What {@link BotIdentityLookup} needs to know. */
export interface BotIdentityContext {
  readonly profile: AppProfile
  readonly host: GitHubHost
  readonly clock: GitHubClock
  readonly timeoutMs: number
}

/** Finds out who the app is, once. */
export class BotIdentityLookup {
  readonly #context: BotIdentityContext
  readonly #flights = new Flights<BotIdentity>()
  #identity: BotIdentity | undefined

  constructor(context: BotIdentityContext) {
    this.#context = context
  }

  /** @param fetch A fetch of any installation: the app's own JWT may not read users. */
  async find(fetch: AuthenticatedFetch): Promise<BotIdentity> {
    const { clock, timeoutMs } = this.#context
    const limit = { clock: clock.local, timeoutMs, what: 'Looking up the identity of the app' }
    this.#identity ??= await this.#flights.join('', () =>
      withDeadline(limit, (deadline) => this.#ask(fetch, deadline)),
    )
    return this.#identity
  }

  async #ask(fetch: AuthenticatedFetch, deadline: Deadline): Promise<BotIdentity> {
    const { profile, host } = this.#context
    const login = `${await profile.slug(deadline)}[bot]`
    const answer = await readAnswer(
      await fetch(`/users/${encodeURIComponent(login)}`, { signal: deadline.signal }),
    )
    const id = property(answer.body, 'id')
    if (answer.status !== 200 || typeof id !== 'number') throw refused(answer, `Looking up ${login}`)
    return Object.freeze({ login, id, email: `${id}+${login}@${host.noreplyDomain}` })
  }
}
