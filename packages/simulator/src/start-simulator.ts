import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { generateAppKey, importAppKey } from './auth/app-keys.ts'
import { type CheckedOptions, checkedOptions } from './checked-options.ts'
import { createControls } from './control/create-controls.ts'
import { lastingSimulator } from './control/lasting-simulator.ts'
import { type ControlApi, createControlApi } from './control-api/create-control-api.ts'
import { createGitHubServer } from './github-server.ts'
import type { SimulatorOptions } from './options.ts'
import type { Simulator } from './simulator.ts'
import type { AppKey } from './state/entities.ts'
import { randomSecret } from './state/seed-app.ts'
import { createWorld, type World } from './world.ts'

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
  const checked = withSecrets(checkedOptions(options))
  const keys: AppKey[] = []
  for (const { privateKey } of checked.apps)
    keys.push(privateKey === undefined ? await generateAppKey() : importAppKey(privateKey))
  let url = ''
  const create = (): World => createWorld(checked, { keys, baseUrl: () => url })
  let world = create()
  const control = controlApi(checked, () => lasting)
  const server = createGitHubServer(() => world, control)
  await listen(server, checked.host, checked.port).catch(async (error: unknown) => {
    await world.close()
    throw error
  })
  url = checked.publicUrl ?? urlOf(server.address(), checked.host)

  const reset = async (): Promise<void> => {
    const old = world
    world = create()
    controls = createControls({ ...world, url, reset, close: closeAll })
    await old.close()
  }
  let closing: Promise<void> | undefined
  const closeAll = (): Promise<void> => {
    closing ??= close(server).then(() => world.close())
    return closing
  }
  let controls = createControls({ ...world, url, reset, close: closeAll })
  const lasting = lastingSimulator(() => controls)
  return lasting
}

// What is made up is made up once, so that a reset brings back the same apps.
function withSecrets(options: CheckedOptions): CheckedOptions {
  const apps = options.apps.map((app) => ({
    ...app,
    webhookSecret: app.webhookSecret ?? randomSecret(),
    clientSecret: app.clientSecret ?? randomSecret(),
  }))
  return { ...options, apps }
}

function controlApi(
  { control = false, host, publicUrl }: CheckedOptions,
  simulator: () => Simulator,
): ControlApi | undefined {
  if (control === false) return undefined
  const { hosts = [] } = control === true ? {} : control
  const names = publicUrl === undefined ? hosts : [...hosts, new URL(publicUrl).hostname]
  return createControlApi(simulator, [host, ...names])
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
