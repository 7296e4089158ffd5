import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { SoakMessage, SoakStart } from './protocol.ts'

const FOLDER = new URL('../../dist/soak/processes/', import.meta.url)

/** Options of {@link KeptAlive}. */
export interface KeptAliveOptions {
  readonly kind: 'web' | 'worker'
  /** For each process that is started: `generation` counts from 0. */
  readonly start: (generation: number) => SoakStart
}

/** When a process was killed, and its ledger. */
export interface Kill {
  readonly ledger: string
  /** In epoch milliseconds. */
  readonly at: number
}

/** A process that is started again whenever it ends. */
export class KeptAlive {
  readonly kind: 'web' | 'worker'
  readonly #options: KeptAliveOptions
  readonly #kills: Kill[] = []
  readonly #problems = new Map<string, number>()
  readonly #ledgers: string[] = []
  #child: ChildProcess
  #isStopped = false
  #isKilled = false
  #port: number | undefined
  #crashes = 0
  #peakRssBytes = 0

  constructor(options: KeptAliveOptions) {
    this.kind = options.kind
    this.#options = options
    this.#child = this.#start()
  }

  /** Of a web process that listens. */
  get port(): number | undefined {
    return this.#port
  }

  get kills(): readonly Kill[] {
    return this.#kills
  }

  /** How often it ended without being killed. */
  get crashes(): number {
    return this.#crashes
  }

  /** Of all generations. */
  get ledgers(): readonly string[] {
    return this.#ledgers
  }

  /** The most memory that any generation had. */
  get peakRssBytes(): number {
    return this.#peakRssBytes
  }

  /** What its `onError` was told, and how often. */
  get problems(): ReadonlyMap<string, number> {
    return this.#problems
  }

  /** As `kill -9`; another one starts at once. */
  kill(): void {
    this.#isKilled = true
    this.#kills.push({ ledger: this.#ledgers.at(-1) ?? '', at: Date.now() })
    this.#child.kill('SIGKILL')
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#isStopped = true
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return
    const ended = once(this.#child, 'exit')
    this.#child.kill('SIGKILL')
    await ended
  }

  #start(): ChildProcess {
    const start = this.#options.start(this.#ledgers.length)
    this.#ledgers.push(start.ledger)
    this.#isKilled = false
    const child = fork(fileURLToPath(new URL(`${this.kind}.js`, FOLDER)), [], { execArgv: [] })
    const orphaned = () => child.kill('SIGKILL')
    process.once('exit', orphaned)
    child.on('message', (message: SoakMessage) => this.#heard(message))
    child.once('exit', () => {
      process.off('exit', orphaned)
      this.#port = undefined
      if (this.#isStopped) return
      if (!this.#isKilled) this.#crashes++
      this.#child = this.#start()
    })
    // A child that was killed before it could read this ends the channel, which is no fault.
    child.send(start, () => undefined)
    return child
  }

  #heard({ ready, rssBytes = 0, problem }: SoakMessage): void {
    if (ready !== undefined) this.#port = ready.port
    this.#peakRssBytes = Math.max(this.#peakRssBytes, rssBytes)
    if (problem !== undefined) this.#problems.set(problem, (this.#problems.get(problem) ?? 0) + 1)
  }
}
