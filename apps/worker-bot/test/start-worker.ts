import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { bundle } from './bundle.ts'

/** A Worker that listens. */
export interface RunningWorker {
  readonly url: string
  close(): Promise<void>
}

/** A Worker, and the text bindings that it gets as `env`. */
export interface WorkerSetup {
  /** Path of its module, relative to this folder. */
  readonly source: string
  readonly environment: Readonly<Record<string, string | undefined>>
}

const WRANGLER = new URL('../wrangler.json', import.meta.url)

/** Where workerd is; undefined where there is none for this platform. @throws {Error} The latter in CI. */
export function workerdBinary(): string | undefined {
  try {
    return createRequire(import.meta.url)('workerd').default
  } catch (error) {
    if (process.env.CI) throw error
    return undefined
  }
}

/** Runs a Worker in workerd, the runtime of Cloudflare Workers, on a free port of this machine. */
export async function startWorker({ source, environment }: WorkerSetup): Promise<RunningWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'worker-bot-'))
  await writeFile(join(folder, 'worker.js'), await bundle(source))
  const { compatibility_date: date } = JSON.parse(await readFile(WRANGLER, 'utf8'))
  const config = join(folder, 'workerd.capnp')
  await writeFile(config, configuration(Object.keys(environment), date))
  const workerd = spawn(workerdBinary() ?? '', ['serve', '--control-fd=3', config], {
    env: environment,
    stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
  })
  const ended = once(workerd, 'exit')
  const close = async () => {
    workerd.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true })
  }
  try {
    const crashed = ended.then(() => Promise.reject(new Error('workerd ended before it listened.')))
    return { url: `http://127.0.0.1:${await Promise.race([listening(workerd), crashed])}/`, close }
  } catch (error) {
    await close()
    throw error
  }
}

/** The port, from the first line that workerd writes to its control descriptor. */
async function listening(workerd: ChildProcess): Promise<number> {
  const [line] = await once(createInterface(workerd.stdio[3] as Readable), 'line')
  return JSON.parse(line).port
}

/** The values of the bindings stay in the environment of the process: no secret is written to a file. */
function configuration(names: readonly string[], date: string): string {
  const bindings = names.map((name) => `(name = "${name}", fromEnvironment = "${name}")`)
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "worker", worker = (
      modules = [(name = "worker.js", esModule = embed "worker.js")],
      compatibilityDate = "${date}",
      bindings = [${bindings.join(', ')}],
    )),
    (name = "internet", network = (allow = ["private"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "worker")],
);
`
}
