import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Answer, CallerOptions, Question, Questions, Started } from './protocol.ts'

const FILE = fileURLToPath(new URL('../dist/processes/caller.js', import.meta.url))

type ArgumentOf<Name extends keyof Questions> = Parameters<Questions[Name]>[0]
type ResultOf<Name extends keyof Questions> = Awaited<ReturnType<Questions[Name]>>

interface Pending {
  resolve(result: unknown): void
  reject(error: Error): void
}

const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** A process of the fleet, seen from the process that started it. */
export class Member {
  readonly #child: ChildProcess
  readonly #pending = new Map<number, Pending>()
  readonly #ended: Promise<unknown>
  #asked = 0
  #printed = ''
  #webhooks = ''

  private constructor(child: ChildProcess) {
    this.#child = child
    running.add(child)
    this.#ended = once(child, 'close').then(() => this.#end())
    child.on('message', (answer: Answer) => this.#answered(answer))
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (data) => {
        this.#printed += String(data)
      })
  }

  /** Starts a process, which is connected and listens then. */
  static async start(options: CallerOptions): Promise<Member> {
    // Without the arguments of the test runner: the process runs what was built, as users do.
    const member = new Member(fork(FILE, [], { execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'] }))
    const { webhooks }: Started = await member.ask('start', options)
    member.#webhooks = webhooks
    return member
  }

  /** Where it takes deliveries. */
  get webhooks(): string {
    return this.#webhooks
  }

  /** All that it has printed. */
  get printed(): string {
    return this.#printed
  }

  /** @throws {Error} When it cannot answer, or ends before it does. */
  ask<Name extends keyof Questions>(
    name: Name,
    ...[argument]: undefined extends ArgumentOf<Name> ? [] : [ArgumentOf<Name>]
  ): Promise<ResultOf<Name>> {
    const id = ++this.#asked
    const question: Question = { id, name, argument }
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve: (result) => resolve(result as ResultOf<Name>), reject })
      this.#child.send(question, (error) => error && reject(error))
    })
  }

  /** Ends it at once, as `kill -9` does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL')
    await this.#ended
  }

  /** Stops it in the middle of everything (SIGSTOP). */
  pause(): void {
    this.#child.kill('SIGSTOP')
  }

  resume(): void {
    this.#child.kill('SIGCONT')
  }

  #answered({ id, result, error }: Answer): void {
    const pending = this.#pending.get(id)
    this.#pending.delete(id)
    if (error === undefined) pending?.resolve(result)
    else pending?.reject(new Error(error))
  }

  #end(): void {
    running.delete(this.#child)
    for (const { reject } of this.#pending.values())
      reject(new Error(`A process of the fleet ended.\n${this.#printed}`))
  }
}
