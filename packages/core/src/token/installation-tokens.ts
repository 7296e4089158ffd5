import type { BoundedMap } from '../cache/bounded-map.ts'
import type { Flights } from '../cache/flights.ts'
import { type Deadline, withDeadline } from '../clock.ts'
import { errorCode, type MintEvent, type Observe, timed } from '../observe.ts'
import { type CachedTokens, type CachedTokensListener, cachedTokens } from './cached-tokens.ts'
import type { InstallationToken } from './installation-token.ts'
import { type MintContext, mintInstallationToken } from './mint.ts'
import { SharedTokens, type SharedTokensContext } from './shared-tokens.ts'
import { singleFlightTokens } from './single-flight-tokens.ts'
import type { Suspensions } from './suspensions.ts'
import type { GetTokenOptions, TokenProvider } from './token-provider.ts'
import type { CanonicalScope } from './token-scope.ts'
import type { Turns } from './turns.ts'

/** What all installation tokens of an app share. */
export interface InstallationTokensContext extends MintContext, SharedTokensContext {
  readonly memory: BoundedMap<InstallationToken>
  readonly flights: Flights<InstallationToken>
  readonly pauses: BoundedMap<number>
  readonly suspensions: Suspensions
  readonly turns: Turns
  readonly refreshBeforeMs: number | undefined
  /** Told of what goes wrong without a caller to tell. */
  readonly report: (error: unknown) => void
}

/**
 * The tokens of one installation and scope: memory, then one flight for all who ask, then the cache that is shared
 * with other processes, then GitHub.
 */
export function installationTokens(
  context: InstallationTokensContext,
  installationId: number,
  scope: CanonicalScope,
): CachedTokens<InstallationToken> {
  const { memory, flights, pauses, suspensions, turns, timeoutMs, refreshBeforeMs, report, changes } = context
  // Within one app the installation and the scope tell tokens apart; the shared cache needs the rest as well.
  const key = scope.key === '' ? String(installationId) : `${installationId}/${scope.key}`
  const { clock, facts, observe, cache } = context
  const of = { app: facts.appId, installationId }
  const mint = (deadline: Deadline) =>
    timed(
      clock.local,
      () => mintInstallationToken(context, { installationId, scope }, deadline),
      observe && ((how) => observe({ type: 'mint', ...of, ...how })),
    )
  const shared = cache && new SharedTokens({ context, cache, installationId, scope, mint })
  const what = `Minting a token for installation ${installationId}`
  const minted: TokenProvider<InstallationToken> = {
    getToken: (wanted: GetTokenOptions = {}) =>
      turns.take(what, () =>
        withDeadline({ clock: clock.local, timeoutMs, what }, (deadline) =>
          shared === undefined ? mint(deadline) : shared.get(wanted, deadline),
        ),
      ),
  }
  const single = singleFlightTokens(minted, {
    flights,
    key,
    clock,
    generation: () => changes.changedAt(String(installationId)),
  })
  return cachedTokens(suspensions.around(installationId, single), {
    memory,
    pauses,
    key,
    clock,
    refreshBeforeMs,
    onRenewalFailed: report,
    behind: shared,
    changes,
    listener: observe && listenerOf(observe, of),
  })
}

function listenerOf(
  observe: Observe,
  of: Pick<MintEvent, 'app' | 'installationId'>,
): CachedTokensListener<InstallationToken> {
  return {
    hit: () => observe({ type: 'hit', tier: 'memory', ...of }),
    evicted: (_, reason) => observe({ type: 'evict', reason, ...of }),
    renewed: (durationMs, error) =>
      observe({
        type: 'renew',
        durationMs,
        error: error === undefined ? undefined : errorCode(error),
        ...of,
      }),
  }
}
