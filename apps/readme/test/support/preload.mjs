// Loaded before an example: what it would do on the internet and on port 3000, it does on this machine.
import { Server } from 'node:net'

const GITHUB = 'https://api.github.com'
const { SIMULATOR_URL } = process.env

// Some servers put their own Request in its place.
const { fetch, Request } = globalThis
/** The real one, with GitHub's API at the simulator. */
globalThis.fetch = (input, init) => {
  const request = new Request(input, init)
  if (!request.url.startsWith(`${GITHUB}/`)) return fetch(request)
  const url = SIMULATOR_URL + request.url.slice(GITHUB.length)
  return fetch(new Request(url, request))
}

// Nothing outlives the tests, whatever ends them; and this alone keeps no example alive.
process.once('disconnect', () => process.exit())
process.channel.unref()

const { listen } = Server.prototype
/** The real one, on a free port of this machine, which the parent process is told of. */
Server.prototype.listen = function (...args) {
  const [first] = args
  const asked = typeof first === 'object' && first !== null ? first.port : first
  if (Number(asked) !== 3_000) return listen.apply(this, args)
  this.once('listening', () => process.send({ port: this.address().port }))
  return listen.call(this, 0, '127.0.0.1', ...args.filter((arg) => typeof arg === 'function'))
}
