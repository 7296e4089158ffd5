import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
const MAIN = `${PACKAGE}dist/cli/main.js`

// The command and the README's examples are what users run, so they are tested as built.
beforeAll(() => {
  const typescript = dirname(createRequire(import.meta.url).resolve('typescript/package.json'))
  execFileSync(process.execPath, [`${typescript}/bin/tsc`, '-b', `${PACKAGE}tsconfig.build.json`])
}, 60_000)

interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

async function run(args: readonly string[]): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, ...args])
  const output = { stdout: '', stderr: '' }
  child.stdout.on('data', (chunk) => {
    output.stdout += chunk
  })
  child.stderr.on('data', (chunk) => {
    output.stderr += chunk
  })
  const [status] = await once(child, 'close')
  return { status, ...output }
}

/** Starts the command and waits for its first line. */
async function start(
  args: readonly string[],
): Promise<{ firstLine: string; stop(signal: NodeJS.Signals): Promise<number | null> }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [firstLine] = await once(createInterface(child.stdout), 'line')
  return {
    firstLine,
    async stop(signal) {
      const exited = once(child, 'exit')
      child.kill(signal)
      return (await exited)[0]
    },
  }
}

describe('hubauth-simulator', () => {
  test.for(['SIGTERM', 'SIGINT'] as const)(
    'describes itself in one JSON line and leaves nothing behind after %s',
    async (signal) => {
      const { firstLine, stop } = await start(['--port', '0', '--json'])
      const { url, app, installations } = JSON.parse(firstLine)
      expect(Object.keys(app)).toEqual(['id', 'clientId', 'slug', 'privateKeyFile', 'webhookSecret'])
      expect(installations).toEqual([
        { id: expect.any(Number), account: 'acme', repositories: ['api', 'docs'] },
        { id: expect.any(Number), account: 'globex', repositories: ['web'] },
      ])
      expect(readFileSync(app.privateKeyFile, 'utf8')).toMatch(/^-----BEGIN RSA PRIVATE KEY-----/)
      expect(statSync(app.privateKeyFile).mode & 0o777).toBe(0o600)
      expect(statSync(dirname(app.privateKeyFile)).mode & 0o777).toBe(0o700)
      expect((await fetch(`${url}/apps/${app.slug}`)).status).toBe(200)
      expect(await stop(signal)).toBe(0)
      expect(existsSync(dirname(app.privateKeyFile))).toBe(false)
    },
  )

  test('tells people where things are and prints no secret', async () => {
    const { firstLine, stop } = await start([])
    expect(firstLine).toMatch(/^GitHub is at http:\/\/127\.0\.0\.1:\d+ /)
    expect(await stop('SIGTERM')).toBe(0)
  })

  test('explains itself', async () => {
    expect(await run(['--help'])).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Usage: hubauth-simulator'),
      stderr: '',
    })
  })

  test.for<[string[], string]>([
    [['--port', 'abc'], '--port must be a number from 0 to 65535, not "abc"'],
    [['--port', '70000'], '--port must be a number from 0 to 65535, not "70000"'],
    [['--port'], "Option '--port <value>' argument missing"],
    [['--token-format', 'x'], '--token-format must be stateless or classic, not "x"'],
    [['--webhook-url', 'ftp://x'], '--webhook-url must be an http or https URL, not "ftp://x"'],
    [['--bogus'], "Unknown option '--bogus'"],
    [['extra'], "Unexpected argument 'extra'"],
  ])('answers %j with one line and status 2', async ([args, message]) => {
    expect(await run(args)).toEqual({ status: 2, stdout: '', stderr: `hubauth-simulator: ${message}\n` })
  })
})

describe('Every example in the README runs as it is', () => {
  const examples = readFileSync(`${PACKAGE}README.md`, 'utf8').matchAll(/^```js\n(.*?)^```$/gms)

  test.for([...examples].map(([, code]) => [code ?? '']))('number %#', ([code = '']) => {
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: PACKAGE,
      encoding: 'utf8',
    })
    const promised = [...code.matchAll(/\/\/ (\d{3})/g)].map(([, status]) => `${status}\n`)
    expect(printed).toBe(promised.join(''))
  })
})
