#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { type CliArguments, parseArguments, USAGE } from './arguments.ts'
import { checkCommand } from './check-command.ts'
import { initCommand } from './init-command.ts'
import { startCommand } from './start-command.ts'

const WRONG_USAGE = 2
const FAILED = 1

function argumentsOrExit(): CliArguments {
  try {
    return parseArguments(process.argv.slice(2))
  } catch (error) {
    // Only the first sentence: parseArgs goes on about positionals.
    const [message = ''] = messageOf(error).split('. ')
    return fail(`${message} (see --help)`, WRONG_USAGE)
  }
}

function fail(message: string, status: number): never {
  process.stderr.write(`hubauth-simulator: ${message}\n`)
  process.exit(status)
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown'
}

async function run(given: CliArguments): Promise<void> {
  switch (given.command) {
    case 'help':
      process.stdout.write(USAGE)
      return
    case 'version':
      process.stdout.write(`${version()}\n`)
      return
    case 'init':
      process.stdout.write(initCommand(given))
      return
    case 'check':
      process.stdout.write(await checkCommand(given.file))
      return
    case 'start':
      await startCommand(given.options)
  }
}

// Such as a full disk, or a reader that left.
process.stdout.on('error', () => process.exit(FAILED))
await run(argumentsOrExit()).catch((error: unknown) => fail(messageOf(error), FAILED))
