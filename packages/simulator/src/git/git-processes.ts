import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'

/** How many git processes run at once. More of them only slow each other down. */
const MAX_RUNNING = 16
const MAX_OUTPUT_BYTES = 16_777_216

// Nothing of the machine's configuration, no hooks, and no maintenance that outlives the request.
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'gc.auto=0',
  'maintenance.auto=false',
  'receive.autogc=false',
  // GitHub's limit of one push.
  'receive.maxInputSize=2147483648',
  'http.receivepack=true',
  'uploadpack.allowFilter=true',
  'uploadpack.allowAnySHA1InWant=true',
].flatMap((setting) => ['-c', setting])

/** There is no git on this machine. */
export class GitMissingError extends Error {}

/** How one git process is started. */
export interface GitProcessOptions {
  /** Where git looks for the configuration of its user: a directory without any. */
  readonly home: string
  /** Environment variables besides the clean ones. */
  readonly env?: Readonly<Record<string, string>>
  /** Gives up the wait for a free place. A process that runs is not stopped by it. */
  readonly signal?: AbortSignal
}

/** What holds for all git processes. */
export interface GitProcessesOptions {
  /** The git to run. Default the first one on the `PATH`. */
  readonly binary?: string
  /** What a process that was asked to stop gets before it is killed. Default 2 seconds. */
  readonly stopMs?: number
}

/** What a git command printed. */
export interface GitOutput {
  /** Undefined when a signal ended it. */
  readonly exitCode: number | undefined
  readonly stdout: Buffer
  /** Whether there was more than the limit; the rest is lost. */
  readonly truncated: boolean
}

/** Every git process the simulator starts: with a clean environment, at most 16 at once, none of them left behind. */
export class GitProcesses {
  readonly #binary: string
  readonly #stopMs: number
  readonly #running = new Set<ChildProcessWithoutNullStreams>()
  readonly #waiting: (() => void)[] = []
  #taken = 0
  #closed = false

  constructor({ binary = 'git', stopMs = 2_000 }: GitProcessesOptions = {}) {
    this.#binary = binary
    this.#stopMs = stopMs
  }

  /** How many processes run now. */
  get running(): number {
    return this.#running.size
  }

  /**
   * Starts git, when there is a place for it.
   *
   * @throws {GitMissingError} when there is no git.
   * @throws {Error} when it cannot be started, the signal is aborted by then, or the simulator is closed.
   */
  async start(args: readonly string[], options: GitProcessOptions): Promise<ChildProcessWithoutNullStreams> {
    await this.#takePlace()
    try {
      options.signal?.throwIfAborted()
      if (this.#closed) throw new Error('the simulator is closed')
      return await this.#spawn(args, options)
    } catch (error) {
      this.#givePlace()
      throw error
    }
  }

  /** Runs git to its end. A failing command is a result, not an error. Keeps the first 16 MiB unless told otherwise. */
  async run(
    args: readonly string[],
    options: GitProcessOptions & { readonly input?: string | Uint8Array; readonly maxBytes?: number },
  ): Promise<GitOutput> {
    const { input = '', maxBytes = MAX_OUTPUT_BYTES } = options
    const child = await this.start(args, options)
    const chunks: Buffer[] = []
    let size = 0
    child.stdout.on('data', (chunk: Buffer) => {
      if (size < maxBytes) chunks.push(chunk)
      size += chunk.length
      if (size > maxBytes) this.stop(child)
    })
    child.stderr.resume()
    // It may end without reading everything.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    await once(child, 'close')
    return {
      exitCode: child.exitCode ?? undefined,
      stdout: Buffer.concat(chunks).subarray(0, maxBytes),
      truncated: size > maxBytes,
    }
  }

  /** Asks a process and everything it started to stop, and kills them when they do not. */
  stop(child: ChildProcessWithoutNullStreams): void {
    if (!this.#running.has(child)) return
    signalGroup(child, 'SIGTERM')
    const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), this.#stopMs)
    child.once('close', () => clearTimeout(timer))
  }

  /** Kills everything that runs, and starts nothing more. */
  async close(): Promise<void> {
    this.#closed = true
    const ended = [...this.#running].map((child) => once(child, 'close'))
    for (const child of this.#running) signalGroup(child, 'SIGKILL')
    await Promise.all(ended)
  }

  async #spawn(
    args: readonly string[],
    { home, env }: GitProcessOptions,
  ): Promise<ChildProcessWithoutNullStreams> {
    const child = spawn(this.#binary, [...SETTINGS, ...args], {
      cwd: tmpdir(),
      env: { ...cleanEnvironment(home), ...env },
      // A group of its own, so that what git starts can be stopped along with it.
      detached: process.platform !== 'win32',
      windowsHide: true,
    })
    // Whoever runs it waits for its end, which comes in any case.
    child.on('error', () => {})
    if (child.pid !== undefined) {
      this.#running.add(child)
      child.once('close', () => {
        this.#running.delete(child)
        this.#givePlace()
      })
    }
    try {
      await once(child, 'spawn')
    } catch (error) {
      throw isNotFound(error) ? new GitMissingError() : error
    }
    return child
  }

  async #takePlace(): Promise<void> {
    if (this.#taken < MAX_RUNNING) this.#taken += 1
    else await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  // The place goes from hand to hand, so nobody can take it in between.
  #givePlace(): void {
    const next = this.#waiting.shift()
    if (next === undefined) this.#taken -= 1
    else next()
  }
}

function cleanEnvironment(home: string): Record<string, string | undefined> {
  const { PATH, SystemRoot } = process.env
  return {
    PATH,
    ...(SystemRoot === undefined ? {} : { SystemRoot }),
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_TERMINAL_PROMPT: '0',
  }
}

function signalGroup({ pid }: ChildProcessWithoutNullStreams, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch {
    // It ended by itself.
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
