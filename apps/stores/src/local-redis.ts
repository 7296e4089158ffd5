import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { connect, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'

const BINARY = 'redis-server'
const START_MS = 10_000

/** A real `redis-server` of this machine. */
export interface LocalRedis {
  readonly url: string
  readonly port: number
  readonly pid: number
  /** Ends it without a word to its clients, as a crash or `kill -9` does. */
  kill(): Promise<void>
  /** Starts it again on the same port, after {@link kill}; with what `durable` kept. */
  start(): Promise<void>
  /** Stops it in the middle of everything (SIGSTOP): connections stay open, and nothing is answered. */
  pause(): void
  resume(): void
  /** Ends it and removes what it kept. */
  stop(): Promise<void>
}

/** Options of {@link startRedis}. */
export interface LocalRedisOptions {
  /** Whether what was written survives {@link LocalRedis.kill} (`appendfsync always`). Default false. */
  readonly durable?: boolean
  /** Further arguments of `redis-server`, such as `['--maxmemory', '2mb']`. */
  readonly args?: readonly string[]
}

/**
 * Why tests with Redis cannot run here; undefined when they can. With `CI` set a missing server is no reason to skip them.
 *
 * @throws {Error} When `redis-server` is missing and `CI` is set.
 */
export function withoutRedis(): string | undefined {
  if (spawnSync(BINARY, ['--version']).status === 0) return undefined
  if (process.env.CI) throw new Error('redis-server is missing, and CI is set: install it.')
  return 'redis-server is not installed (Debian: apt-get install redis-server)'
}

/** Starts `redis-server` on a free port of this machine. It ends with this process. */
export async function startRedis({
  durable = false,
  args = [],
}: LocalRedisOptions = {}): Promise<LocalRedis> {
  const folder = mkdtempSync(join(tmpdir(), 'hubauth-redis-'))
  const port = await freePort()
  const keeping = durable ? ['--appendonly', 'yes', '--appendfsync', 'always'] : ['--appendonly', 'no']
  const all = ['--port', `${port}`, '--bind', '127.0.0.1', '--save', '', '--dir', folder, ...keeping, ...args]
  let child = await spawned(all, port)
  const orphaned = () => child.kill('SIGKILL')
  process.once('exit', orphaned)
  const kill = async () => {
    const hasEnded = child.exitCode !== null || child.signalCode !== null
    const end = hasEnded ? undefined : new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await end
  }
  return {
    url: `redis://127.0.0.1:${port}`,
    port,
    get pid() {
      return child.pid ?? 0
    },
    kill,
    async start() {
      child = await spawned(all, port)
    },
    pause: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    async stop() {
      await kill()
      process.off('exit', orphaned)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function spawned(args: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn(BINARY, args, { stdio: 'ignore' })
  child.on('error', () => undefined)
  for (const giveUpAt = Date.now() + START_MS; Date.now() < giveUpAt; await setTimeout(10)) {
    if (await answers(port)) return child
    if (child.exitCode !== null) break
  }
  child.kill('SIGKILL')
  throw new Error(`${BINARY} did not start on port ${port}.`)
}

/** Whether Redis answers there; it refuses commands while it reads what it kept. */
function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'))
      socket.destroy()
    })
    socket.once('error', () => resolve(false))
    socket.setTimeout(1_000, () => {
      resolve(false)
      socket.destroy()
    })
  })
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
