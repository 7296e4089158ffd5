import { AppJwtVerifier } from './auth/app-jwt.ts'
import { recordPush } from './changes/push-changes.ts'
import type { CheckedOptions } from './checked-options.ts'
import { AdjustableClock } from './clock.ts'
import { FaultTable } from './faults/fault-table.ts'
import { gitRoutes } from './git/git-routes.ts'
import { GitServer } from './git/git-server.ts'
import { RepositoryContents } from './git/repository-contents.ts'
import type { GitHubServerParts } from './github-server.ts'
import { ROUTES } from './routes/routes.ts'
import { WEB_ROUTES } from './routes/web-routes.ts'
import { KnownRoutes } from './schema/known-routes.ts'
import { RateLimits } from './server/rate-limits.ts'
import { RequestLog } from './server/request-log.ts'
import { Router } from './server/router.ts'
import type { AppKey } from './state/entities.ts'
import { createState } from './state/github-state.ts'
import { seedAccounts, seedInstallations } from './state/seed.ts'
import { seedApp } from './state/seed-app.ts'
import { Webhooks } from './webhooks/webhooks.ts'

/** One GitHub from its seed to its end: everything that a reset throws away and begins anew. */
export interface World extends GitHubServerParts {
  readonly clock: AdjustableClock
  readonly webhooks: Webhooks
  readonly routes: KnownRoutes
  /** Ends what is under way. */
  close(): Promise<void>
}

/** What outlives a reset. */
export interface WorldOptions {
  /** The key of each app, in their order. */
  readonly keys: readonly AppKey[]
  baseUrl(): string
}

/** @throws {TypeError} naming what the seed refers to and does not have. */
export function createWorld(options: CheckedOptions, { keys, baseUrl }: WorldOptions): World {
  const { apps, accounts = [], tokenFormat } = options
  const clock = new AdjustableClock(options.clock)
  const state = createState(clock)
  seedAccounts(state, accounts)
  for (const [index, key] of keys.entries()) seedApp(state, apps[index] ?? {}, key)
  seedInstallations(state, accounts)
  state.replication.set(options.replicationLag ?? {})

  const git = new GitServer(state, { onPush: (push) => recordPush(state, push, push.changes) })
  const webhooks = new Webhooks(state, { baseUrl, timeoutMs: options.webhookTimeoutMs })
  const pages = [...WEB_ROUTES, ...gitRoutes(git)]
  const routes = new KnownRoutes([...ROUTES, ...pages].map(({ path }) => path))
  return {
    clock,
    routes,
    state,
    webhooks,
    contents: new RepositoryContents(git.repositories),
    api: new Router(ROUTES),
    web: new Router(pages),
    jwts: new AppJwtVerifier(state.apps),
    limits: new RateLimits(options.rateLimit),
    faults: new FaultTable({ routes, seed: options.faultSeed }),
    log: new RequestLog(),
    tokenFormat,
    baseUrl,
    async close() {
      await webhooks.close()
      await git.close()
    },
  }
}
