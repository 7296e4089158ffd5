// Loaded before an example: what it would do on the internet, in a mounted folder and on a port of its choice, it does on this machine.
import fs from 'node:fs/promises'
import { Agent } from 'node:https'
import { register, syncBuiltinESMExports } from 'node:module'
import { Server } from 'node:net'

const GITHUB = 'https://api.github.com'
const { SIMULATOR_URL, AZURE_STORES_PORT } = process.env

// Some servers put their own Request in its place.
const { fetch, Request } = globalThis
/** The real one, with GitHub's API at the simulator. */
globalThis.fetch = (input, init) => {
  const request = new Request(input, init)
  if (!request.url.startsWith(`${GITHUB}/`)) return fetch(request)
  const url = SIMULATOR_URL + request.url.slice(GITHUB.length)
  return fetch(new Request(url, request))
}

const AZURE = /\.(?:vault\.azure\.net|managedhsm\.azure\.net|microsoftonline\.com)$/
const { createConnection } = Agent.prototype
/** The real one, with Azure at the local server, which has a certificate for these names. */
Agent.prototype.createConnection = function (options, ...rest) {
  const local = { ...options, host: '127.0.0.1', port: Number(AZURE_STORES_PORT) }
  return createConnection.call(this, AZURE.test(options.host) ? local : options, ...rest)
}

// AWS and Vault need nothing: their addresses are in the environment.
register('./stand-in-resolver.mjs', import.meta.url)

const MOUNTS = /^(?=\/(?:var\/)?run\/secrets\/)/
/** These read the files that a platform mounts in a folder of the example. */
for (const name of ['open', 'readFile']) {
  const real = fs[name]
  fs[name] = (path, ...rest) =>
    real(typeof path === 'string' ? path.replace(MOUNTS, `${process.cwd()}/mounts`) : path, ...rest)
}
syncBuiltinESMExports()

// Nothing outlives the tests, whatever ends them; and this alone keeps no example alive.
process.once('disconnect', () => process.exit())
process.channel.unref()

const { listen } = Server.prototype
/** Those of the server of an example, and of the exporter of its metrics. */
const PORTS = [3_000, 9_464]
/** The real one, on a free port of this machine, which the parent process is told of. */
Server.prototype.listen = function (...args) {
  const [first] = args
  const asked = typeof first === 'object' && first !== null ? first.port : first
  if (!PORTS.includes(Number(asked))) return listen.apply(this, args)
  this.once('listening', () => {
    // An exporter of metrics keeps no process alive; the applications that have one do.
    this.ref()
    process.send({ port: this.address().port })
  })
  return listen.call(this, 0, '127.0.0.1', ...args.filter((arg) => typeof arg === 'function'))
}
