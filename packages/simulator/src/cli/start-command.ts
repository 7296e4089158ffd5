import { isIP } from 'node:net'
import type { SimulatorOptions } from '../options.ts'
import { readSeed } from '../seed-file/read-seed.ts'
import type { Simulator } from '../simulator.ts'
import { startSimulator } from '../start-simulator.ts'
import type { StartArguments } from './arguments.ts'
import { DEFAULT_ACCOUNTS } from './default-seed.ts'
import { describeAsJson, describeAsText } from './describe-simulator.ts'
import { type SecretFiles, writeSecretFiles } from './secret-files.ts'

/** Runs a simulator until the process is told to stop, and prints where it is. */
export async function startCommand(given: StartArguments): Promise<void> {
  const options = await optionsOf(given)
  const github = await startSimulator(options).catch((error: unknown) => {
    // A mistake in the options can only be one in the file.
    if (given.seed === undefined || !(error instanceof TypeError)) throw error
    throw new TypeError(`${given.seed}: ${error.message}`)
  })
  const files = writeSecretFiles(github.apps)
  stopOnSignal(github, files)
  const control =
    options.control === undefined || options.control === false ? undefined : `${github.url}/_simulator/`
  warnOfStrangers(options.host ?? '127.0.0.1', control !== undefined)
  const describe = given.json ? describeAsJson : describeAsText
  process.stdout.write(`${describe(github, { files, control })}\n`)
}

async function optionsOf(given: StartArguments): Promise<SimulatorOptions> {
  const { seed, webhookUrl } = given
  const {
    app,
    apps = [app ?? {}],
    ...options
  }: SimulatorOptions = seed === undefined ? { accounts: DEFAULT_ACCOUNTS } : await readSeed(seed)
  return {
    ...options,
    apps: apps.map((one, index) => (webhookUrl === undefined || index > 0 ? one : { ...one, webhookUrl })),
    ...(given.port === undefined ? {} : { port: given.port }),
    ...(given.host === undefined ? {} : { host: given.host }),
    ...(given.publicUrl === undefined ? {} : { publicUrl: given.publicUrl }),
    ...(given.tokenFormat === undefined ? {} : { tokenFormat: given.tokenFormat }),
    ...(given.control && options.control === undefined ? { control: true } : {}),
  }
}

function warnOfStrangers(host: string, control: boolean): void {
  const loopback = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
  if (loopback) return
  const power = control ? ', drive it, and fetch the private keys of its apps' : ''
  process.stderr.write(
    `hubauth-simulator: warning: it listens on ${host}, so whoever reaches this machine can use it${power}\n`,
  )
}

function stopOnSignal(github: Simulator, files: SecretFiles): void {
  // Also when the process ends for another reason.
  process.once('exit', files.remove)
  let stopping = false
  const stop = (): void => {
    // Who asks twice does not want to wait.
    if (stopping) process.exit(1)
    stopping = true
    github.close().then(
      () => process.exit(0),
      () => process.exit(1),
    )
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop)
}
