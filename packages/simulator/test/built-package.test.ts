import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { DEFAULT_ACCOUNTS } from '../src/cli/default-seed.ts'
import { readSeed } from '../src/index.ts'
import { PRIVATE_KEY } from './support/app-jwt.ts'

const PACKAGE = fileURLToPath(new URL('..', import.meta.url))
const MAIN = `${PACKAGE}dist/cli/main.js`

// The command and the README's examples are what users run, so they are tested as built, by tools/build-for-tests.mjs.

interface Run {
  readonly status: number | null
  readonly stdout: string
  readonly stderr: string
}

async function run(args: readonly string[], cwd: string = PACKAGE): Promise<Run> {
  const child = spawn(process.execPath, [MAIN, ...args], { cwd })
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
): Promise<{ firstLine: string; stderr(): string; stop(signal: NodeJS.Signals): Promise<number | null> }> {
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  const [firstLine] = await once(createInterface(child.stdout), 'line')
  return {
    firstLine,
    stderr: () => stderr,
    async stop(signal) {
      const exited = once(child, 'close')
      child.kill(signal)
      return (await exited)[0]
    },
  }
}

describe('hubauth-simulator', () => {
  test.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'describes itself in one JSON line and leaves nothing behind after %s',
    async (signal) => {
      const { firstLine, stop } = await start(['--port', '0', '--json'])
      const { url, app, installations } = JSON.parse(firstLine)
      expect(Object.keys(app)).toEqual([
        'id',
        'clientId',
        'clientSecret',
        'slug',
        'privateKeyFile',
        'webhookSecret',
      ])
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
    [['extra'], 'There is no command "extra": use start, init or check'],
    [['start', 'extra'], 'Unexpected argument "extra"'],
    [['init', 'a', 'b'], 'Unexpected argument "b"'],
    [['check'], 'check needs the name of a seed file'],
    [['init', '--port', '1'], '--port is no option of init'],
    [['check', 'a', '--force'], '--force is no option of check'],
    [['--force'], '--force is no option of start'],
    [['--control=yes'], "Option '--control' does not take an argument"],
  ])('answers %j with one line and status 2', async ([args, message]) => {
    expect(await run(args)).toEqual({
      status: 2,
      stdout: '',
      stderr: `hubauth-simulator: ${message} (see --help)\n`,
    })
  })
})

/** A directory of its own, removed when the test ends. */
function directory(files: Readonly<Record<string, string>> = {}): string {
  const path = mkdtempSync(join(tmpdir(), 'hubauth-command-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  return path
}

describe('hubauth-simulator with a seed file', () => {
  test('starts what is in it, and flags win over it', async () => {
    const path = directory({
      'app.pem': PRIVATE_KEY,
      'simulator.yaml':
        'port: 1\ntokenFormat: stateless\napps: [{ slug: one, privateKeyFile: app.pem }, { slug: two, id: 77 }]\n' +
        'accounts: [{ login: hooli, repositories: [{ name: box }], installations: [{ app: two, id: 5 }] }]\n',
    })
    const { firstLine, stop } = await start(['--seed', join(path, 'simulator.yaml'), '--port', '0', '--json'])
    const { app, apps, installations } = JSON.parse(firstLine)
    expect(installations).toEqual([{ id: 5, account: 'hooli', repositories: ['box'], app: 'two' }])
    expect(apps).toMatchObject([{ slug: 'one' }, { id: 77, slug: 'two', privateKeyFile: expect.any(String) }])
    expect(app).toEqual(apps[0])
    expect(
      new Set(apps.map((each: { privateKeyFile: string }) => readFileSync(each.privateKeyFile, 'utf8'))).size,
    ).toBe(2)
    expect(await stop('SIGTERM')).toBe(0)
    expect(existsSync(dirname(app.privateKeyFile))).toBe(false)
  })

  test('that is wrong says where, and starts nothing', async () => {
    const path = directory({
      'simulator.yaml': 'accounts: [{ login: a, repositories: [{ name: x, private: yes }] }]',
    })
    const message = 'simulator.yaml: accounts[0].repositories[0].private must be true or false, not "yes"'
    for (const args of [
      ['--seed', 'simulator.yaml'],
      ['check', 'simulator.yaml'],
    ])
      expect(await run(args, path)).toEqual({
        status: 1,
        stdout: '',
        stderr: `hubauth-simulator: ${message}\n`,
      })
    expect(await run(['check', 'nope.yaml'], path)).toMatchObject({
      status: 1,
      stderr: 'hubauth-simulator: There is no seed file nope.yaml\n',
    })
  })

  test('that cannot be put together is wrong as well', async () => {
    const path = directory({
      'simulator.yaml': 'accounts: [{ login: acme, installation: { repositories: [nope] } }]',
    })
    for (const args of [
      ['--seed', 'simulator.yaml'],
      ['check', 'simulator.yaml'],
    ])
      expect(await run(args, path)).toEqual({
        status: 1,
        stdout: '',
        stderr: 'hubauth-simulator: simulator.yaml: acme has no repository "nope"\n',
      })
  })
})

describe('hubauth-simulator init', () => {
  test('writes a seed file that holds, and that says what the command starts with by itself', async () => {
    const path = directory()
    const written = await run(['init'], path)
    expect(written).toMatchObject({
      status: 0,
      stderr: '',
      stdout: expect.stringContaining('Wrote simulator.yaml'),
    })
    expect((await readSeed(join(path, 'simulator.yaml'))).accounts).toEqual(DEFAULT_ACCOUNTS)
    expect(await run(['check', 'simulator.yaml'], path)).toEqual({
      status: 0,
      stdout: 'simulator.yaml is right: 1 app, 3 accounts, 2 installations.\n',
      stderr: '',
    })
  })

  test('has no commented line that would be refused', async () => {
    const path = directory()
    await run(['init', 'all.yaml'], path)
    const everything = readFileSync(join(path, 'all.yaml'), 'utf8')
      .replace(/^( *)# (?=\w+: )/gm, '$1')
      .replace(/^ *(?:privateKeyEnv|privateKeyFile): .*$/gm, '')
    writeFileSync(join(path, 'all.yaml'), everything)
    const { stderr, status } = await run(['check', 'all.yaml'], path)
    expect([stderr, status]).toEqual(['', 0])
  })

  test('overwrites nothing unless it is told to', async () => {
    const path = directory({ 'simulator.yaml': 'port: 1' })
    const refused = 'simulator.yaml exists already: name another file, or overwrite it with --force'
    expect(await run(['init'], path)).toEqual({
      status: 1,
      stdout: '',
      stderr: `hubauth-simulator: ${refused}\n`,
    })
    expect(readFileSync(join(path, 'simulator.yaml'), 'utf8')).toBe('port: 1')
    expect((await run(['init', '--force'], path)).status).toBe(0)
    expect(readFileSync(join(path, 'simulator.yaml'), 'utf8')).toContain('accounts:')
    expect((await run(['init', 'no/such/place.yaml'], path)).stderr).toContain('cannot be written (ENOENT)')
  })
})

describe('hubauth-simulator tells whoever starts it', () => {
  test('where to drive it, when that is asked for', async () => {
    const { firstLine, stderr, stop } = await start(['--control', '--json'])
    const { url, control } = JSON.parse(firstLine)
    expect([control, stderr()]).toEqual([`${url}/_simulator/`, ''])
    expect((await fetch(`${control}state`)).status).toBe(200)
    await stop('SIGTERM')
  })

  test('that other machines can reach it', async () => {
    const { stderr, stop } = await start(['--host', '0.0.0.0', '--control', '--json'])
    await stop('SIGTERM')
    expect(stderr()).toBe(
      'hubauth-simulator: warning: it listens on 0.0.0.0, so whoever reaches this machine can use it, drive it, and fetch the private keys of its apps\n',
    )
  })

  test('its version', async () => {
    const { version } = JSON.parse(readFileSync(`${PACKAGE}package.json`, 'utf8'))
    expect(await run(['--version'])).toEqual({ status: 0, stdout: `${version}\n`, stderr: '' })
  })

  test('that the port is taken', async () => {
    const { firstLine, stop } = await start(['--json'])
    const { port } = new URL(JSON.parse(firstLine).url)
    expect(await run(['--port', port])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('EADDRINUSE'),
    })
    await stop('SIGTERM')
  })
})

describe('Every example in the README runs as it is', () => {
  const examples = readFileSync(`${PACKAGE}README.md`, 'utf8').matchAll(/^```js\n(.*?)^```$/gms)

  test.for([...examples].map(([, code]) => [code ?? '']))('number %#', ([code = '']) => {
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', code], {
      cwd: PACKAGE,
      encoding: 'utf8',
    })
    const promised = [...code.matchAll(/console\.log\(.*\) \/\/ ([^:\n]+)/g)].map(([, text]) => `${text}\n`)
    expect(printed).toBe(promised.join(''))
  })
})
