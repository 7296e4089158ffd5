import { type BoundedMap, boundedMap } from '../cache/bounded-map.ts'
import type { Clock } from '../clock.ts'
import { type ApiAnswer, isWebPage, property, refused } from '../github/api-answer.ts'
import { type Deadline, withDeadline } from '../github/deadline.ts'
import type { AppApi } from './app-api.ts'
import type { NotInstalled } from './app-profile.ts'

/** By what name to find an installation. Letter case does not matter. */
export type InstallationName =
  /** Login of an organization or a user. */
  | { readonly owner: string; readonly repository?: undefined; readonly enterprise?: undefined }
  /** A repository: finds the installation that reaches it, also under its old name. */
  | { readonly owner: string; readonly repository: string; readonly enterprise?: undefined }
  /** Slug of an enterprise (public preview since 2026-05-13). */
  | { readonly enterprise: string; readonly owner?: undefined; readonly repository?: undefined }

/** An installation that was found by name. */
export interface FoundInstallation {
  readonly installationId: number
  /** Login of its account, or slug of its enterprise, as GitHub spells it. */
  readonly owner: string
}

interface Kept {
  readonly found: FoundInstallation
  readonly expiresAt: number
}

/** A name can come to mean another account, so it is looked up again about as often as a token is minted. */
const KEEP_MS = 3_600_000

/** Options of {@link InstallationLookup}. */
export interface InstallationLookupOptions {
  readonly api: AppApi
  readonly clock: Clock
  readonly maxEntries: number
  /** For one lookup with all its retries, in milliseconds. */
  readonly timeoutMs: number
  readonly notInstalled: NotInstalled
}

/** Finds installations by name, and remembers them for an hour. */
export class InstallationLookup {
  readonly #options: InstallationLookupOptions
  readonly #kept: BoundedMap<Kept>
  readonly #flights = new Map<string, Promise<FoundInstallation>>()

  constructor(options: InstallationLookupOptions) {
    this.#options = options
    this.#kept = boundedMap(options.maxEntries)
  }

  /**
   * @param gone An installation that GitHub no longer knows: if it is what is remembered, GitHub is asked again.
   * @throws {HubauthError} `NOT_INSTALLED`, with the address at which an owner installs the app.
   */
  async find(name: InstallationName, gone?: FoundInstallation): Promise<FoundInstallation> {
    const key = keyOf(name)
    const kept = this.#kept.get(key)
    const isKnown = kept !== undefined && kept.expiresAt > this.#options.clock.now()
    if (isKnown && kept.found.installationId !== gone?.installationId) return kept.found
    const flight = this.#flights.get(key) ?? this.#start(name, key)
    return flight
  }

  #start(name: InstallationName, key: string): Promise<FoundInstallation> {
    const { clock, timeoutMs } = this.#options
    const what = `Looking up the installation on ${describe(name)}`
    const flight = withDeadline({ clock, timeoutMs, what }, (deadline) => this.#ask(name, what, deadline))
      .then((found) => {
        this.#kept.set(key, { found, expiresAt: clock.now() + KEEP_MS })
        return found
      })
      .finally(() => this.#flights.delete(key))
    this.#flights.set(key, flight)
    return flight
  }

  async #ask(name: InstallationName, what: string, deadline: Deadline): Promise<FoundInstallation> {
    let answer: ApiAnswer | undefined
    for (const path of pathsOf(name)) {
      answer = await this.#options.api.call({ method: 'GET', path }, deadline)
      if (answer.status !== 404) break
    }
    if (answer === undefined || (answer.status === 404 && !isWebPage(answer)))
      throw await this.#options.notInstalled(describe(name), deadline)
    const installationId = property(answer.body, 'id')
    if (answer.status !== 200 || typeof installationId !== 'number') throw refused(answer, what)
    const account = property(answer.body, 'account')
    const owner = property(account, 'login') ?? property(account, 'slug')
    return { installationId, owner: typeof owner === 'string' ? owner : (name.owner ?? name.enterprise) }
  }
}

function pathsOf({ owner, repository, enterprise }: InstallationName): readonly string[] {
  if (enterprise !== undefined) return [`/enterprises/${encodeURIComponent(enterprise)}/installation`]
  const login = encodeURIComponent(owner)
  if (repository !== undefined) return [`/repos/${login}/${encodeURIComponent(repository)}/installation`]
  // GitHub answers the first for organizations too; what stands in for GitHub may know them by the second only.
  return [`/users/${login}/installation`, `/orgs/${login}/installation`]
}

function keyOf(name: InstallationName): string {
  return pathsOf(name)[0]?.toLowerCase() ?? ''
}

function describe({ owner, repository, enterprise }: InstallationName): string {
  return enterprise !== undefined
    ? `the enterprise ${enterprise}`
    : repository === undefined
      ? owner
      : `${owner}/${repository}`
}
