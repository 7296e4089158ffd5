import type { BoundedMap } from '../cache/bounded-map.ts'
import type { Cache } from '../cache/cache.ts'
import type { Flights } from '../cache/flights.ts'
import type { Lease } from '../cache/lease.ts'
import { withDeadline } from '../clock.ts'
import { type CachedTokens, cachedTokens } from './cached-tokens.ts'
import type { InstallationToken } from './installation-token.ts'
import { type MintContext, mintInstallationToken } from './mint.ts'
import { sharedTokens } from './shared-tokens.ts'
import { singleFlightTokens } from './single-flight-tokens.ts'
import type { TokenProvider } from './token-provider.ts'
import { type CanonicalScope, delimited } from './token-scope.ts'

/** What all installation tokens of an app share. */
export interface InstallationTokensContext extends MintContext {
  readonly apiUrl: string
  readonly memory: BoundedMap<InstallationToken>
  readonly flights: Flights<InstallationToken>
  readonly pauses: BoundedMap<number>
  readonly cache: Cache | undefined
  readonly lease: Lease | undefined
  readonly timeoutMs: number
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
  const { apiUrl, memory, flights, pauses, cache, lease, clock, timeoutMs, refreshBeforeMs, facts, report } =
    context
  // Within one app the installation and the scope tell tokens apart; the shared cache needs the rest as well.
  const key = scope.key === '' ? String(installationId) : `${installationId}/${scope.key}`
  const minted: TokenProvider<InstallationToken> = {
    getToken: () => {
      const what = `Minting a token for installation ${installationId}`
      return withDeadline({ clock: clock.local, timeoutMs, what }, (deadline) =>
        mintInstallationToken(context, { installationId, scope }, deadline),
      )
    },
  }
  const shared =
    cache &&
    sharedTokens(minted, {
      cache,
      key: delimited(['token', apiUrl, String(facts.appId), String(installationId), scope.key]),
      clock,
      facts,
      installationId,
      timeoutMs,
      onCacheFailed: report,
      lease,
    })
  const single = singleFlightTokens(shared ?? minted, { flights, key, clock })
  return cachedTokens(single, {
    memory,
    pauses,
    key,
    clock,
    refreshBeforeMs,
    onRenewalFailed: report,
    behind: shared,
  })
}
