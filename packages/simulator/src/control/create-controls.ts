import { createPublicKey } from 'node:crypto'
import type { AppJwtVerifier } from '../auth/app-jwt.ts'
import { fingerprint, type GeneratedKey, generateAppKey } from '../auth/app-keys.ts'
import type { AdjustableClock } from '../clock.ts'
import type { FaultTable } from '../faults/fault-table.ts'
import type { RequestFilter, RequestLog } from '../server/request-log.ts'
import type { SimulatedApp, Simulator } from '../simulator.ts'
import type { App } from '../state/entities.ts'
import type { GitHubState } from '../state/github-state.ts'
import { deliverWebhook } from '../webhooks/deliver-webhook.ts'
import { installationControls } from './installation-controls.ts'
import { renameControls } from './rename-controls.ts'

export interface ControlParts {
  readonly url: string
  readonly clock: AdjustableClock
  readonly state: GitHubState
  readonly app: App
  readonly key: GeneratedKey
  readonly jwts: AppJwtVerifier
  readonly faults: FaultTable
  readonly log: RequestLog
  close(): Promise<void>
}

/** What the test holds in its hand: the simulator from the outside. */
export function createControls(parts: ControlParts): Simulator {
  const { state, app, log, jwts } = parts
  const installations = installationControls(state, app)
  return {
    url: parts.url,
    app: simulatedApp(app, parts.key),
    get installations() {
      return installations.list()
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
    count: (first: string | RequestFilter = {}, route?: string) =>
      log.count(
        typeof first === 'string' ? { method: first, ...(route === undefined ? {} : { route }) } : first,
      ),
    advance: (ms) => parts.clock.advance(ms),
    fail: (fault) => parts.faults.add(fault),
    deliver: (delivery) => deliverWebhook(state, app, delivery),
    ...installations.methods,
    ...renameControls(state),
    ...keyControls(app),
    close: () => parts.close(),
    [Symbol.asyncDispose]: () => parts.close(),
  }
}

function simulatedApp(app: App, key: GeneratedKey): SimulatedApp {
  return Object.freeze({
    id: app.id,
    clientId: app.clientId,
    slug: app.slug,
    name: app.name,
    privateKey: key.pem,
    privateKeyFingerprint: key.fingerprint,
    webhookSecret: app.webhookSecret,
    webhookUrl: app.webhookUrl,
    bot: Object.freeze({ login: app.bot.login, id: app.bot.id }),
  })
}

function keyControls(app: App): Pick<Simulator, 'addKey' | 'deleteKey'> {
  return {
    async addKey() {
      const key = await generateAppKey()
      app.keys.set(key.fingerprint, key)
      return key.pem
    },
    deleteKey(key) {
      if (!app.keys.delete(key.startsWith('SHA256:') ? key : fingerprintOf(key)))
        throw new TypeError('deleteKey(key): the app has no such key')
    },
  }
}

function fingerprintOf(pem: string): string {
  try {
    return fingerprint(createPublicKey(pem))
  } catch {
    throw new TypeError('deleteKey(key): key must be a PEM or a SHA256: fingerprint')
  }
}
