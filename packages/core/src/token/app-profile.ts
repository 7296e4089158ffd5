import type { Deadline } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import { property } from '../github/api-answer.ts'
import type { GitHubHost } from '../github/host.ts'
import type { AppApi } from './app-api.ts'

/** Makes the `NOT_INSTALLED` error for an account. */
export type NotInstalled = (where: string, deadline: Deadline) => Promise<HubauthError>

/** What GitHub says of the app itself; asked once and remembered, for it hardly ever changes. */
export class AppProfile {
  readonly #api: AppApi
  readonly #host: GitHubHost
  #slug: Promise<string> | undefined

  constructor(api: AppApi, host: GitHubHost) {
    this.#api = api
    this.#host = host
  }

  /** The app's slug, as in `https://github.com/apps/SLUG`. */
  slug(deadline: Deadline): Promise<string> {
    this.#slug ??= this.#ask(deadline).catch((error: unknown) => {
      this.#slug = undefined
      throw error
    })
    return this.#slug
  }

  /** See {@link NotInstalled}. The address is left out when GitHub does not tell it. */
  readonly notInstalled: NotInstalled = async (where, deadline) => {
    const what = `The app is not installed on ${where}.`
    const slug = await this.slug(deadline).catch(() => undefined)
    if (slug === undefined) return new HubauthError('NOT_INSTALLED', what, { details: {} })
    const installUrl = `${this.#host.webUrl}/apps/${slug}/installations/new`
    return new HubauthError('NOT_INSTALLED', what, {
      details: { installUrl },
      remedy: `Install it at ${installUrl}, or check the name.`,
    })
  }

  async #ask(deadline: Deadline): Promise<string> {
    const answer = await this.#api.call({ method: 'GET', path: '/app' }, deadline)
    const slug = property(answer.body, 'slug')
    if (typeof slug === 'string' && /^[\w-]+$/.test(slug)) return slug
    throw new HubauthError('UNEXPECTED_RESPONSE', 'GitHub did not tell the slug of the app.')
  }
}
