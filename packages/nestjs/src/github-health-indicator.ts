import { type GitHubAuth, HubauthError, type OrganizationsAuth, systemClock } from '@hubauth/core'
import { Inject, Injectable } from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus'
import type { GitHubAuthModuleOptions } from './github-auth-options.ts'
import { DEFAULT_APP, githubAuthToken, githubOptionsToken } from './github-auth-tokens.ts'

/** Options of {@link GitHubHealthIndicator.check}. */
export interface GitHubHealthOptions {
  /** Name of the app, where there are several. Default the one without a name. */
  readonly app?: string | undefined
  /** Whose app to ask for, with one app per organization. */
  readonly organization?: string | undefined
  /** For the answer, in milliseconds. Default 3 000. */
  readonly timeoutMs?: number | undefined
  /** How long the outcome is remembered, in milliseconds, so that probes do not use up the rate limit. Default 10 000. */
  readonly rememberMs?: number | undefined
}

type Outcome = { readonly app: string } | { readonly reason: string }

interface Remembered {
  readonly until: number
  readonly outcome: Promise<Outcome>
}

/** Says whether GitHub knows the app and its key: `GET /app`. For Terminus; provide it in the module of the health check. */
@Injectable()
export class GitHubHealthIndicator {
  readonly #indicators: HealthIndicatorService
  readonly #moduleRef: ModuleRef
  readonly #remembered = new Map<string, Remembered>()

  constructor(
    @Inject(HealthIndicatorService) indicators: HealthIndicatorService,
    @Inject(ModuleRef) moduleRef: ModuleRef,
  ) {
    this.#indicators = indicators
    this.#moduleRef = moduleRef
  }

  /**
   * Up with the slug of the app, or down with a reason: the status of GitHub's answer, the code of a `HubauthError`, or the
   * name of another error such as `TimeoutError`.
   * Checks at the same time ask once.
   */
  async check<const Key extends string>(
    key: Key,
    options: GitHubHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const outcome = await this.#outcome(options)
    const indicator = this.#indicators.check(key)
    return 'app' in outcome ? indicator.up(outcome) : indicator.down(outcome)
  }

  #outcome(options: GitHubHealthOptions): Promise<Outcome> {
    const { app = DEFAULT_APP, organization = '', rememberMs = 10_000 } = options
    const { clock = systemClock } = this.#moduleRef.get<GitHubAuthModuleOptions>(githubOptionsToken(app), {
      strict: false,
    })
    const now = clock.now()
    const name = `${app}\n${organization}`
    const known = this.#remembered.get(name)
    if (known !== undefined && now < known.until) return known.outcome
    const outcome = this.#ask(options)
    this.#remembered.set(name, { until: now + rememberMs, outcome })
    return outcome
  }

  async #ask({ app, organization = '', timeoutMs = 3_000 }: GitHubHealthOptions): Promise<Outcome> {
    try {
      const auth = this.#moduleRef.get<GitHubAuth | OrganizationsAuth>(githubAuthToken(app), {
        strict: false,
      })
      const { fetch } = 'app' in auth ? auth.app : auth.appOf(organization)
      const response = await fetch('/app', { signal: AbortSignal.timeout(timeoutMs) })
      if (!response.ok) return { reason: `GitHub answered ${response.status}` }
      const { slug } = (await response.json()) as { readonly slug: string }
      return { app: slug }
    } catch (error) {
      if (HubauthError.isInstance(error)) return { reason: error.code }
      return { reason: error instanceof Error ? error.name : 'unknown' }
    }
  }
}
