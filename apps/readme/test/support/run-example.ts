import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Simulator } from '@hubauth/simulator'
import type { Example } from './compile-examples.ts'
import { APP_ID, PRIVATE_KEY, WEBHOOK_SECRET } from './github.ts'

const fileOf = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** How an example is started. */
export interface RunOptions {
  readonly github: Simulator
  /** What tells clients where the stores are, and how to open what is there. */
  readonly stores: Readonly<Record<string, string>>
  /** Serves what the example exports, as the platform would that it is for. Default false: it runs by itself. */
  readonly isExported?: boolean | undefined
}

/** An example that runs. */
export interface RunningExample {
  /** What told it where the stores are, and how to open what is there. */
  readonly environment: Readonly<Record<string, string>>
  /** Where it listens, once it does. @throws {Error} With what it printed, when it ended before. */
  url(): Promise<string>
  /** Its exit status, and what it printed. */
  readonly ended: Promise<{ readonly status: number | null; readonly output: string }>
  /** What it has printed so far. */
  readonly output: string
  /** Resolves when it has printed this. @throws {Error} With what it printed, when it ended before. */
  printed(text: RegExp): Promise<void>
  kill(signal: NodeJS.Signals): void
}

/** Starts an example in its folder, with the environment that READMEs ask for, and with GitHub at the simulator. */
export function runExample({ file, folder }: Example, options: RunOptions): RunningExample {
  const { github, stores, isExported } = options
  const [main, ...args] = isExported ? [fileOf('serve-exports.mjs'), file] : [file]
  const child = fork(main ?? file, args, {
    cwd: folder,
    silent: true,
    execArgv: ['--import', fileOf('preload.mjs')],
    env: {
      PATH: process.env.PATH,
      SIMULATOR_URL: github.url,
      GITHUB_APP_ID: APP_ID,
      GITHUB_PRIVATE_KEY: PRIVATE_KEY,
      GITHUB_WEBHOOK_SECRET: WEBHOOK_SECRET,
      // What the configuration file of @hubauth/node names.
      HUBAUTH_ENVIRONMENT: 'PROD',
      WEBHOOK_SECRET,
      ACME_KEY: PRIVATE_KEY,
      GLOBEX_KEY: PRIVATE_KEY,
      ...stores,
    },
  })
  let output = ''
  let address: Promise<string> | undefined
  const notices = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => {
      output += chunk
      for (const notice of notices) notice()
    })
  }
  const ended = once(child, 'close').then(([status]) => ({ status: status as number | null, output }))
  const unlessEnded = async <T>(work: Promise<T>): Promise<T> => {
    const tooEarly = ended.then(({ status }) => {
      throw new Error(`It ended with ${status}:\n${output}`)
    })
    return await Promise.race([work, tooEarly])
  }
  return {
    environment: stores,
    url: () => {
      address ??= listening(child)
      return unlessEnded(address)
    },
    ended,
    get output() {
      return output
    },
    printed: (text) =>
      unlessEnded(
        new Promise((resolve) => {
          const notice = () => void (text.test(output) && resolve())
          notices.add(notice)
          notice()
        }),
      ),
    kill: (signal) => void child.kill(signal),
  }
}

async function listening(child: ChildProcess): Promise<string> {
  const [{ port }] = (await once(child, 'message')) as [{ readonly port: number }]
  return `http://127.0.0.1:${port}`
}
