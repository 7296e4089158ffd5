import { Flights } from '../cache/flights.ts'
import type { Deadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { property } from '../github/api-answer.ts'
import type { GitHubHost } from '../github/host.ts'
import type { AppApi } from './app-api.ts'

/** Makes the `NOT_INSTALLED` error for an account. */
export type NotInstalled = (where: string, deadline: Deadline) => Promise<HubauthError>

interface Profile {
  readonly slug: string
  /** The app's page, where owners install it. */
  readonly pageUrl: string
}

/** What GitHub says of the app itself; asked once and remembered, for it hardly ever changes. */
export class AppProfile {
  readonly #api: AppApi
  readonly #host: GitHubHost
  readonly #flights = new Flights<Profile>()
  #profile: Profile | undefined

  constructor(api: AppApi, host: GitHubHost) {
    this.#api = api
    this.#host = host
  }

  /** The app's slug, as in `https://github.com/apps/SLUG`. */
  async slug(deadline: Deadline): Promise<string> {
    return (await this.#get(deadline)).slug
  }

  /** See {@link NotInstalled}. The address is left out when GitHub does not tell it. */
  readonly notInstalled: NotInstalled = async (where, deadline) => {
    const what = `The app is not installed on ${where}.`
    const profile = await this.#get(deadline).catch(() => undefined)
    if (profile === undefined) return new HubauthError('NOT_INSTALLED', what, { details: {} })
    const installUrl = `${profile.pageUrl}/installations/new`
    return new HubauthError('NOT_INSTALLED', what, {
      details: { installUrl },
      remedy: `Install it at ${installUrl}, or check the name.`,
    })
  }

  async #get(deadline: Deadline): Promise<Profile> {
    this.#profile ??= await this.#flights.join('', () => this.#ask(deadline))
    return this.#profile
  }

  async #ask(deadline: Deadline): Promise<Profile> {
    const answer = await this.#api.call({ method: 'GET', path: '/app' }, deadline)
    const slug = property(answer.body, 'slug')
    const page = property(answer.body, 'html_url')
    if (typeof slug !== 'string' || !/^[\w-]+$/.test(slug)) {
      throw new HubauthError('UNEXPECTED_RESPONSE', 'GitHub did not tell the slug of the app.')
    }
    // Enterprise Server has the page elsewhere, and says so.
    const isPage =
      typeof page === 'string' && page.startsWith(`${this.#host.webUrl}/`) && /^[\w:/.-]+$/.test(page)
    return { slug, pageUrl: isPage ? page : `${this.#host.webUrl}/apps/${slug}` }
  }
}
