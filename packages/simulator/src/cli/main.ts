#!/usr/bin/env node
import type { Simulator } from '../simulator.ts'
import { startSimulator } from '../start-simulator.ts'
import { type CliArguments, parseArguments, USAGE } from './arguments.ts'
import { DEFAULT_ACCOUNTS } from './default-seed.ts'
import { describeAsJson, describeAsText } from './describe-simulator.ts'
import { type SecretFiles, writeSecretFiles } from './secret-files.ts'

const WRONG_USAGE = 2
const FAILED = 1

function argumentsOrExit(): CliArguments {
  try {
    return parseArguments(process.argv.slice(2))
  } catch (error) {
    return fail(error, WRONG_USAGE)
  }
}

function fail(error: unknown, status: number): never {
  // Only the first sentence: parseArgs goes on about positionals.
  const [message] = (error instanceof Error ? error.message : String(error)).split('. ')
  process.stderr.write(`hubauth-simulator: ${message}\n`)
  process.exit(status)
}

function stopOnSignal(github: Simulator, files: SecretFiles): void {
  // Also when the process ends for another reason.
  process.once('exit', files.remove)
  const stop = (): void => {
    void github.close().then(() => process.exit(0))
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

const { json, help, options } = argumentsOrExit()
if (help) {
  process.stdout.write(USAGE)
} else {
  const github = await startSimulator({ ...options, accounts: DEFAULT_ACCOUNTS }).catch((error: unknown) =>
    fail(error, FAILED),
  )
  const files = writeSecretFiles(github.app)
  stopOnSignal(github, files)
  process.stdout.write(`${json ? describeAsJson(github, files) : describeAsText(github, files)}\n`)
}
