import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AppJwtVerifier } from './auth/app-jwt.ts'
import { generateAppKey, importAppKey } from './auth/app-keys.ts'
import { checkedOptions } from './checked-options.ts'
import { AdjustableClock } from './clock.ts'
import { createControls } from './control/create-controls.ts'
import { FaultTable } from './faults/fault-table.ts'
import type { SimulatorOptions } from './options.ts'
import { ROUTES } from './routes/routes.ts'
import { createGitHubServer } from './server/github-server.ts'
import { RateLimits } from './server/rate-limits.ts'
import { RequestLog } from './server/request-log.ts'
import { Router } from './server/router.ts'
import type { Simulator } from './simulator.ts'
import { createState } from './state/github-state.ts'
import { seedAccount, seedApp } from './state/seed.ts'

/**
 * Starts a strict, stateful GitHub on a local port.
 *
 * @throws {TypeError} for an option that does not hold, before anything listens.
 * @throws {Error} with Node's code, such as `EADDRINUSE`, when the port cannot be bound.
 *
 * @example
 * ```ts
 * const github = await startSimulator({
 *   accounts: [{ login: 'acme', repositories: [{ name: 'api', private: true }], installation: { repositories: 'all' } }],
 * })
 * const jwt = await signAppJwt(github.app.clientId, github.app.privateKey)
 * await fetch(`${github.url}/orgs/acme/installation`, { headers: { authorization: `Bearer ${jwt}` } })
 * await github.close()
 * ```
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { host, port, tokenFormat } = checkedOptions(options)
  const clock = new AdjustableClock(options.clock)
  const state = createState(clock)
  const limits = new RateLimits(options.rateLimit)
  const seed = options.app ?? {}
  const key = seed.privateKey === undefined ? await generateAppKey() : importAppKey(seed.privateKey)
  const app = seedApp(state, seed, key)
  for (const account of options.accounts ?? []) seedAccount(state, app, account)

  const jwts = new AppJwtVerifier(state.apps)
  const faults = new FaultTable()
  const log = new RequestLog()
  const router = new Router(ROUTES)
  let url = ''
  const server = createGitHubServer({
    state,
    router,
    jwts,
    limits,
    faults,
    log,
    tokenFormat,
    baseUrl: () => url,
  })
  await listen(server, host, port)
  url = urlOf(server.address(), host)
  return createControls({ url, clock, state, app, key, jwts, faults, log, close: () => close(server) })
}

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  await once(server, 'listening')
}

// A wildcard address is where the server listens, not where a client can connect.
function urlOf(address: AddressInfo | string | null, host: string): string {
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const reachable = { '0.0.0.0': '127.0.0.1', '::': '::1' }[host] ?? host
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`
}

async function close(server: Server): Promise<void> {
  if (!server.listening) return
  const closed = once(server, 'close')
  server.close()
  server.closeAllConnections()
  await closed
}
