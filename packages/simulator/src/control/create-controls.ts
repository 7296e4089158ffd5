import type { AppJwtVerifier } from '../auth/app-jwt.ts'
import type { AdjustableClock } from '../clock.ts'
import type { FaultTable } from '../faults/fault-table.ts'
import type { KnownRoutes } from '../schema/known-routes.ts'
import { FILTER } from '../schema/method-schemas.ts'
import { REPLICATION_LAG } from '../schema/options-schema.ts'
import type { RequestFilter, RequestLog } from '../server/request-log.ts'
import type { Simulator } from '../simulator.ts'
import type { GitHubState } from '../state/github-state.ts'
import { appOf } from '../state/seed.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import { accountControls } from './account-controls.ts'
import { appControls, simulatedApp } from './app-controls.ts'
import { installationControls } from './installation-controls.ts'
import { userControls } from './user-controls.ts'
import { webhookControls } from './webhook-controls.ts'

/** What the methods of a simulator work on. */
export interface ControlParts {
  readonly url: string
  readonly clock: AdjustableClock
  readonly state: GitHubState
  readonly jwts: AppJwtVerifier
  readonly faults: FaultTable
  readonly log: RequestLog
  readonly routes: KnownRoutes
  readonly webhooks: Webhooks
  reset(): Promise<void>
  close(): Promise<void>
}

/** What the test holds in its hand: the simulator from the outside. */
export function createControls(parts: ControlParts): Simulator {
  const { state, log, jwts } = parts
  const installations = installationControls(state)
  const webhooks = webhookControls(state, parts.webhooks)
  return {
    url: parts.url,
    app: simulatedApp(appOf(state, undefined)),
    get apps() {
      return state.apps.all().map(simulatedApp)
    },
    get installations() {
      return installations.list()
    },
    get deliveries() {
      return webhooks.list()
    },
    get requests() {
      return log.records
    },
    get mints() {
      return state.tokens.minted
    },
    get jwts() {
      return jwts.seen
    },
    count(first: string | RequestFilter = {}, route?: string) {
      const filter =
        typeof first === 'string' ? { method: first, ...(route === undefined ? {} : { route }) } : first
      const checked = FILTER.check(filter, 'count')
      parts.routes.check(checked.route, 'count')
      return log.count(checked)
    },
    get now() {
      return state.clock.now()
    },
    get faults() {
      return parts.faults.list()
    },
    advance: (ms) => parts.clock.advance(ms),
    setReplicationLag: (lag) => state.replication.set(REPLICATION_LAG.check(lag, 'replicationLag')),
    fail: (fault) => parts.faults.add(fault),
    removeFault: (id) => parts.faults.remove(id),
    clearFaults: () => parts.faults.clear(),
    ...webhooks.methods,
    ...installations.methods,
    ...accountControls(state),
    ...userControls(state),
    ...appControls(state),
    reset: () => parts.reset(),
    close: () => parts.close(),
    [Symbol.asyncDispose]: () => parts.close(),
  }
}
