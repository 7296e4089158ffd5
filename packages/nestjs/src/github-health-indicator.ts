import { type GitHubAuth, HubauthError, type OrganizationsAuth, systemClock } from '@hubauth/core'
import { Inject, Injectable } from '@nestjs/common'
import { ModuleRef } from '@nestjs/core'
import { type HealthIndicatorResult, HealthIndicatorService } from '@nestjs/terminus'
import type { GitHubAuthModuleOptions } from './github-auth-options.ts'
import { githubAuthToken, githubOptionsToken } from './github-auth-tokens.ts'

/** How long an outcome is remembered, so that probes do not use up the rate limit. */
const REMEMBER_MS = 10_000

/** Options of {@link GitHubHealthIndicator.check}. */
export interface GitHubHealthOptions {
  /** Name of the app, where there are several. Default the one without a name. */
  readonly app?: string | undefined
  /** Whose app to ask for, with one app per organization. */
  readonly organization?: string | undefined
  /** For the answer, in milliseconds. Default 3 000. */
  readonly timeoutMs?: number | undefined
}

type Outcome = { readonly app: string } | { readonly reason: string }

/** Says whether GitHub knows the app and its key: `GET /app`. For Terminus; provide it in the module of the health check. */
@Injectable()
export class GitHubHealthIndicator {
  readonly #indicators: HealthIndicatorService
  readonly #moduleRef: ModuleRef
  readonly #remembered = new Map<string, { readonly until: number; readonly outcome: Promise<Outcome> }>()

  constructor(
    @Inject(HealthIndicatorService) indicators: HealthIndicatorService,
    @Inject(ModuleRef) moduleRef: ModuleRef,
  ) {
    this.#indicators = indicators
    this.#moduleRef = moduleRef
  }

  /**
   * Up with the slug of the app, or down with a reason: the status of GitHub's answer, the code of a `HubauthError`, or the
   * name of another error such as `TimeoutError`. GitHub is asked once in ten seconds.
   */
  async check<const Key extends string>(
    key: Key,
    options: GitHubHealthOptions = {},
  ): Promise<HealthIndicatorResult<Key>> {
    const { app, organization } = options
    const find = <T>(token: string) => this.#moduleRef.get<T>(token, { strict: false })
    const { clock = systemClock } = find<GitHubAuthModuleOptions>(githubOptionsToken(app))
    const name = `${app}\n${organization}`
    let known = this.#remembered.get(name)
    if (known === undefined || clock.now() >= known.until) {
      const auth = find<GitHubAuth | OrganizationsAuth>(githubAuthToken(app))
      known = { until: clock.now() + REMEMBER_MS, outcome: askGitHub(auth, options) }
      this.#remembered.set(name, known)
    }
    const outcome = await known.outcome
    const indicator = this.#indicators.check(key)
    return 'app' in outcome ? indicator.up(outcome) : indicator.down(outcome)
  }
}

async function askGitHub(
  auth: GitHubAuth | OrganizationsAuth,
  { organization = '', timeoutMs = 3_000 }: GitHubHealthOptions,
): Promise<Outcome> {
  try {
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
