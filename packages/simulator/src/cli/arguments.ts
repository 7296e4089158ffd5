import { parseArgs } from 'node:util'
import type { SimulatorOptions } from '../options.ts'

/** What the command line asked for. */
export interface CliArguments {
  readonly json: boolean
  readonly help: boolean
  readonly options: SimulatorOptions
}

export const USAGE = `Usage: hubauth-simulator [options]

Starts a strict, stateful GitHub with an app that is installed on "acme" and "globex", and not on "initech".
It runs until SIGINT or SIGTERM.

Options:
  --port <number>          TCP port, 0 for a free one (default 0)
  --host <address>         address to bind (default 127.0.0.1)
  --webhook-url <url>      where the app's webhooks go
  --token-format <format>  stateless or classic (default stateless)
  --json                   print one JSON object on the first line
  --help                   print this
`

/** @throws {TypeError} with one sentence that names the argument. */
export function parseArguments(args: readonly string[]): CliArguments {
  const { values } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: false,
    options: {
      port: { type: 'string' },
      host: { type: 'string' },
      'webhook-url': { type: 'string' },
      'token-format': { type: 'string' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  const webhookUrl = values['webhook-url']
  return {
    json: values.json,
    help: values.help,
    options: {
      port: portOf(values.port ?? '0'),
      ...(values.host === undefined ? {} : { host: values.host }),
      ...(webhookUrl === undefined ? {} : { app: { webhookUrl: urlOf(webhookUrl) } }),
      ...(values['token-format'] === undefined ? {} : { tokenFormat: formatOf(values['token-format']) }),
    },
  }
}

function portOf(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN
  if (!(port <= 65_535)) throw new TypeError(`--port must be a number from 0 to 65535, not "${text}"`)
  return port
}

function urlOf(text: string): string {
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new TypeError(`--webhook-url must be an http or https URL, not "${text}"`)
  }
  return text
}

function formatOf(text: string): 'stateless' | 'classic' {
  if (text === 'stateless' || text === 'classic') return text
  throw new TypeError(`--token-format must be stateless or classic, not "${text}"`)
}
