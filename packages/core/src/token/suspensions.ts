import { boundedMap } from '../cache/bounded-map.ts'
import { type Clock, hasPassed } from '../clock.ts'
import { HubauthError } from '../errors.ts'
import type { InstallationChanges } from './installation-changes.ts'
import type { InstallationToken } from './installation-token.ts'
import type { GetTokenOptions, TokenProvider } from './token-provider.ts'

/** How often GitHub is asked whether a suspended installation still is: the webhook that says so may be lost, or not set up. */
const ASK_AGAIN_MS = 60_000
const MAX_SUSPENSIONS = 10_000

interface Suspension {
  /** With its remedy. */
  readonly message: string
  /** See {@link InstallationChanges.version}. */
  readonly version: number
  askedAt: number
  /** Whether that has no answer yet. */
  isAsked: boolean
}

/** Options of {@link Suspensions}. */
export interface SuspensionsOptions {
  readonly clock: Clock
  readonly changes: InstallationChanges
  /** Told why a suspended installation could not be asked about. */
  readonly report: (error: unknown) => void
}

/** Remembers which installations are suspended, so that whoever asks for their tokens is told at once. */
export class Suspensions {
  readonly #options: SuspensionsOptions
  readonly #known = boundedMap<Suspension>(MAX_SUSPENSIONS)

  constructor(options: SuspensionsOptions) {
    this.#options = options
  }

  /**
   * The tokens of an installation, or `INSTALLATION_SUSPENDED` at once while it is known to be. It is known until a change of
   * the installation is (a webhook says that it was unsuspended), or GitHub, asked in the background once a minute,
   * gives a token again.
   */
  around(
    installationId: number,
    provider: TokenProvider<InstallationToken>,
  ): TokenProvider<InstallationToken> {
    const subject = String(installationId)
    const getToken = async (options?: GetTokenOptions) => {
      const known = this.#current(subject)
      // In Workers, what a request began ends with it, without a word: then somebody has to wait.
      const isLost = known?.isAsked && hasPassed(this.#options.clock, known.askedAt, ASK_AGAIN_MS)
      if (known === undefined || isLost) return this.#ask(subject, () => provider.getToken(options))
      this.#askInBackground(subject, known, provider)
      throw new HubauthError('INSTALLATION_SUSPENDED', known.message, { remedy: '' })
    }
    return { getToken }
  }

  #current(subject: string): Suspension | undefined {
    const known = this.#known.get(subject)
    if (known === undefined || this.#options.changes.isUnchanged(subject, known.version)) return known
    this.#known.delete(subject)
    return undefined
  }

  async #ask(subject: string, getToken: () => Promise<InstallationToken>): Promise<InstallationToken> {
    const { changes, clock } = this.#options
    const { version } = changes
    try {
      const token = await getToken()
      this.#known.delete(subject)
      return token
    } catch (error) {
      if (isSuspended(error))
        this.#known.set(subject, { message: error.message, version, askedAt: clock.now(), isAsked: false })
      throw error
    }
  }

  #askInBackground(subject: string, known: Suspension, provider: TokenProvider<InstallationToken>): void {
    const { clock, report } = this.#options
    if (!hasPassed(clock, known.askedAt, ASK_AGAIN_MS)) return
    known.askedAt = clock.now()
    known.isAsked = true
    this.#ask(subject, () => provider.getToken())
      .catch((error: unknown) => {
        if (!isSuspended(error)) report(error)
      })
      .finally(() => {
        known.isAsked = false
      })
  }
}

function isSuspended(error: unknown): error is HubauthError {
  return HubauthError.isInstance(error) && error.code === 'INSTALLATION_SUSPENDED'
}
