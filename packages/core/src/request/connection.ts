import type { TokenCache } from '../cache/cache.ts'
import type { Lease } from '../cache/lease.ts'
import { StoreGuard } from '../cache/store-guard.ts'
import { systemClock } from '../clock.ts'
import { harmless, problemPrinter } from '../errors.ts'
import { GitHubClock } from '../github/github-clock.ts'
import { type GitHubHost, githubHost } from '../github/host.ts'
import type { Observe } from '../observe.ts'
import { InstallationChanges } from '../token/installation-changes.ts'
import type { ConnectionOptions } from './app-options.ts'
import { DeliveryChanges } from './delivery-changes.ts'

/** What the apps of one `createGitHubAuth` share: one GitHub, one clock, one cache, and what is known of changes. */
export interface Connection {
  readonly host: GitHubHost
  readonly clock: GitHubClock
  readonly cache: TokenCache | undefined
  readonly lease: Lease | undefined
  readonly guard: StoreGuard
  readonly changes: InstallationChanges
  readonly deliveries: DeliveryChanges
  /** Told of what goes wrong without a caller to tell. */
  readonly report: (error: unknown) => void
  readonly observe: Observe | undefined
}

/** @throws {TypeError} For a `baseUrl` that can never work. */
export function connect(options: ConnectionOptions): Connection {
  const { cache, lease = cache?.lease } = options
  const local = options.clock ?? systemClock
  const clock = new GitHubClock(local)
  const host = githubHost(options.baseUrl, options)
  const report = harmless(options.onProblem ?? problemPrinter(local))
  const observe = options.observe && harmless(options.observe)
  const failed = 'The shared token cache failed.'
  const guard = new StoreGuard({ clock: local, store: 'cache', failed, report, observe })
  const { apiUrl } = host
  const changes = new InstallationChanges({ apiUrl, clock, log: cache?.changes, guard, observe })
  const deliveries = new DeliveryChanges(changes)
  return { host, clock, cache, lease, guard, changes, deliveries, report, observe }
}
