import { parseArgs } from 'node:util'
import type { TokenFormat } from '../state/tokens.ts'
import { isWebUrl } from '../state/web-url.ts'

/** What the command line asked for. */
export type CliArguments =
  | { readonly command: 'start'; readonly options: StartArguments }
  | { readonly command: 'init'; readonly file: string; readonly force: boolean }
  | { readonly command: 'check'; readonly file: string }
  | { readonly command: 'help' }
  | { readonly command: 'version' }

/** What the command line says about the simulator; the rest is in the seed file. */
export interface StartArguments {
  readonly seed: string | undefined
  readonly json: boolean
  readonly control: boolean
  readonly port: number | undefined
  readonly host: string | undefined
  readonly publicUrl: string | undefined
  readonly webhookUrl: string | undefined
  readonly tokenFormat: TokenFormat | undefined
}

/** What `--help` prints. */
export const USAGE = `Usage: hubauth-simulator [start] [options]
       hubauth-simulator init [file] [--force]
       hubauth-simulator check <file>

start   Starts a strict, stateful GitHub, and runs until SIGINT or SIGTERM. Without a seed file it has an app that is
        installed on "acme" and "globex", and not on "initech".
init    Writes a seed file to begin with (default simulator.yaml).
check   Says whether a seed file is right, and otherwise what is wrong where.

Options of start:
  --seed <file>            what exists, as YAML or JSON
  --control                let clients drive the simulator over HTTP, below /_simulator/
  --port <number>          TCP port, 0 for a free one (default 0)
  --host <address>         address to bind (default 127.0.0.1)
  --public-url <url>       where others reach it, such as http://github:4000 (default where it listens)
  --webhook-url <url>      where the webhooks of the first app go
  --token-format <format>  stateless or classic (default stateless)
  --json                   print one JSON object on the first line

  --force                  let init overwrite a file
  --help, -h               print this
  --version                print the version
`

const DEFAULT_SEED_FILE = 'simulator.yaml'

const FLAGS = {
  seed: { type: 'string' },
  control: { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  'public-url': { type: 'string' },
  'webhook-url': { type: 'string' },
  'token-format': { type: 'string' },
  json: { type: 'boolean' },
  force: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const

/** Which flags each command takes, and how many files. */
const COMMANDS: ReadonlyMap<string, { readonly flags: readonly string[]; readonly files: number }> = new Map([
  [
    'start',
    {
      flags: ['seed', 'control', 'port', 'host', 'public-url', 'webhook-url', 'token-format', 'json'],
      files: 0,
    },
  ],
  ['init', { flags: ['force'], files: 1 }],
  ['check', { flags: [], files: 1 }],
])

/** @throws {TypeError} with a sentence that names the argument. */
export function parseArguments(args: readonly string[]): CliArguments {
  const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: FLAGS })
  if (values.help === true || positionals[0] === 'help') return { command: 'help' }
  if (values.version === true) return { command: 'version' }
  const [command = 'start', ...files] = positionals
  refuseStrangers(command, { flags: Object.keys(values), files })
  const [file] = files
  if (command === 'init') return { command, file: file ?? DEFAULT_SEED_FILE, force: values.force === true }
  if (command === 'check') {
    if (file === undefined) throw new TypeError('check needs the name of a seed file')
    return { command, file }
  }
  return {
    command: 'start',
    options: {
      seed: values.seed,
      json: values.json === true,
      control: values.control === true,
      port: optionally(values.port, portOf),
      host: values.host,
      publicUrl: optionally(values['public-url'], (url) => urlOf(url, '--public-url')),
      webhookUrl: optionally(values['webhook-url'], (url) => urlOf(url, '--webhook-url')),
      tokenFormat: optionally(values['token-format'], formatOf),
    },
  }
}

function refuseStrangers(
  command: string,
  given: { readonly flags: readonly string[]; readonly files: readonly string[] },
): void {
  const known = COMMANDS.get(command)
  if (known === undefined) throw new TypeError(`There is no command "${command}": use start, init or check`)
  const flag = given.flags.find((name) => !known.flags.includes(name))
  if (flag !== undefined) throw new TypeError(`--${flag} is no option of ${command}`)
  const file = given.files[known.files]
  if (file !== undefined) throw new TypeError(`Unexpected argument "${file}"`)
}

function optionally<Value>(text: string | undefined, parse: (text: string) => Value): Value | undefined {
  return text === undefined ? undefined : parse(text)
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new TypeError(`--port must be a number from 0 to 65535, not "${text}"`)
  return port
}

function urlOf(text: string, flag: string): string {
  if (!isWebUrl(text)) throw new TypeError(`${flag} must be an http or https URL, not "${text}"`)
  return text
}

function formatOf(text: string): TokenFormat {
  if (text === 'stateless' || text === 'classic') return text
  throw new TypeError(`--token-format must be stateless or classic, not "${text}"`)
}
