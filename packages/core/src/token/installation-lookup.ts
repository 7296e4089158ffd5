import { type BoundedMap, boundedMap } from '../cache/bounded-map.ts'
import { Flights } from '../cache/flights.ts'
import { type Clock, type Deadline, withDeadline } from '../clock.ts'
import { type ApiAnswer, property, refused } from '../github/api-answer.ts'
import { type Observe, timed } from '../observe.ts'
import type { AppApi } from './app-api.ts'
import type { NotInstalled } from './app-profile.ts'
import type { InstallationChanges } from './installation-changes.ts'
import type { Turns } from './turns.ts'

/** By what name to find an installation. Letter case does not matter. */
export type InstallationName =
  /** Login of an organization or a user. */
  | { readonly owner: string; readonly repository?: undefined; readonly enterprise?: undefined }
  /** A repository: finds the installation that reaches it, also under its old name. */
  | { readonly owner: string; readonly repository: string; readonly enterprise?: undefined }
  /** Slug of an enterprise (public preview since 2026-05-13). */
  | { readonly enterprise: string; readonly owner?: undefined; readonly repository?: undefined }

interface Kept {
  readonly installationId: number
  /** The changes that were known when GitHub was asked; see `InstallationChanges.version`. */
  readonly version: number
  readonly expiresAt: number
}

/** A name can come to mean another account, so it is looked up again about as often as a token is minted. */
export const KEEP_MS = 3_600_000

/** Options of {@link InstallationLookup}. */
export interface InstallationLookupOptions {
  readonly api: AppApi
  /** App ID or client ID. */
  readonly app: string | number
  readonly clock: Clock
  readonly maxEntries: number
  /** For one lookup with all its retries, in milliseconds. */
  readonly timeoutMs: number
  readonly notInstalled: NotInstalled
  /** Told the login of every account that is found. */
  readonly owners: BoundedMap<string>
  readonly changes: InstallationChanges
  readonly turns: Turns
  readonly observe: Observe | undefined
}

/** Finds installations by name, and remembers them for an hour. */
export class InstallationLookup {
  readonly #options: InstallationLookupOptions
  readonly #kept: BoundedMap<Kept>
  readonly #flights = new Flights<Kept>()

  constructor(options: InstallationLookupOptions) {
    this.#options = options
    this.#kept = boundedMap(options.maxEntries)
  }

  /**
   * @param gone An installation that GitHub no longer knows: if it is what is remembered, GitHub is asked again.
   * @returns The installation's id.
   * @throws {HubauthError} `NOT_INSTALLED`, with the address at which an owner installs the app.
   */
  async find(name: InstallationName, gone?: number): Promise<number> {
    const key = lookupKey(name)
    const kept = this.#kept.get(key)
    if (kept !== undefined && kept.installationId !== gone && this.#isValid(key, kept))
      return kept.installationId
    const isJoining = this.#flights.has(key)
    const look = () => this.#flights.join(key, () => this.#look(name, key))
    const found = await look()
    // What was joined may have begun before a change that this caller knows of.
    if (!isJoining || this.#isValid(key, found)) return found.installationId
    return (await look()).installationId
  }

  #isValid(key: string, { installationId, version, expiresAt }: Kept): boolean {
    const { changes, clock } = this.#options
    return (
      expiresAt > clock.now() &&
      changes.isUnchanged(String(installationId), version) &&
      changes.isUnchanged(key, version)
    )
  }

  async #look(name: InstallationName, key: string): Promise<Kept> {
    const { app, clock, timeoutMs, changes, turns, observe } = this.#options
    const { version } = changes
    const what = `Looking up the installation on ${describe(name)}`
    const installationId = await timed(
      clock,
      () =>
        turns.take(what, () =>
          withDeadline({ clock, timeoutMs, what }, (deadline) => this.#ask(name, what, deadline)),
        ),
      observe && ((how) => observe({ type: 'lookup', app, ...how })),
    )
    const kept = { installationId, version, expiresAt: clock.now() + KEEP_MS }
    this.#kept.set(key, kept)
    return kept
  }

  async #ask(name: InstallationName, what: string, deadline: Deadline): Promise<number> {
    const { api, notInstalled, owners } = this.#options
    let answer: ApiAnswer | undefined
    for (const path of pathsOf(name)) {
      answer = await api.call({ method: 'GET', path }, deadline)
      if (answer.status !== 404) break
    }
    if (answer === undefined || (answer.status === 404 && !answer.isWebPage))
      throw await notInstalled(describe(name), deadline)
    const installationId = property(answer.body, 'id')
    if (answer.status !== 200 || typeof installationId !== 'number') throw refused(answer, what)
    const account = property(answer.body, 'account')
    const owner = property(account, 'login') ?? property(account, 'slug')
    if (typeof owner === 'string') owners.set(String(installationId), owner)
    return installationId
  }
}

function pathsOf({ owner, repository, enterprise }: InstallationName): readonly string[] {
  if (enterprise !== undefined) return [`/enterprises/${encodeURIComponent(enterprise)}/installation`]
  const login = encodeURIComponent(owner)
  if (repository !== undefined) return [`/repos/${login}/${encodeURIComponent(repository)}/installation`]
  // GitHub answers the first for organizations too; what stands in for GitHub may know them by the second only.
  return [`/users/${login}/installation`, `/orgs/${login}/installation`]
}

/** What stands for a name: the same for all its spellings. */
export function lookupKey(name: InstallationName): string {
  return pathsOf(name)[0]?.toLowerCase() ?? ''
}

function describe({ owner, repository, enterprise }: InstallationName): string {
  return enterprise !== undefined
    ? `the enterprise ${enterprise}`
    : repository === undefined
      ? owner
      : `${owner}/${repository}`
}
