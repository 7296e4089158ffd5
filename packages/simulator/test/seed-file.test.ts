import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { readSeed, type Simulator, type SimulatorOptions, startSimulator } from '../src/index.ts'
import { newPrivateKey, PRIVATE_KEY } from './support/app-jwt.ts'

/** A directory of its own, with these files. */
function directory(files: Readonly<Record<string, string | Uint8Array>>): string {
  const path = mkdtempSync(join(tmpdir(), 'seed-file-test-'))
  onTestFinished(() => rmSync(path, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(join(path, name, '..'), { recursive: true })
    writeFileSync(join(path, name), content)
  }
  return path
}

function seed(
  content: string | Uint8Array,
  env: Readonly<Record<string, string>> = {},
): Promise<SimulatorOptions> {
  return readSeed(join(directory({ 'simulator.yaml': content }), 'simulator.yaml'), { env })
}

async function start(options: SimulatorOptions): Promise<Simulator> {
  const github = await startSimulator(options)
  onTestFinished(() => github.close())
  return github
}

const YAML = `
# Everything that a file can say.
host: 127.0.0.1
port: 0
tokenFormat: classic
rateLimit: { perHour: 100, enforced: true }
replicationLag: { tokenMs: 10 }
faultSeed: 5
control: { hosts: [simulator] }
apps:
  - { slug: one, id: 12, webhookSecret: development, permissions: { issues: read } }
  - { slug: two, owner: octocat }
accounts:
  - login: acme
    members: &owners { octocat: admin }
    repositories:
      - { name: api, private: true, issues: [{ title: Help }], collaborators: { hubot: write } }
      - { name: docs, files: { README.md: "# docs\\n" } }
    installations:
      - { app: one, repositories: [api], id: 9 }
      - { app: two, suspended: true }
  - { login: globex, members: *owners }
  - { login: octocat, type: User, name: Mona, email: mona@example.com }
`

describe('A seed file', () => {
  test('says what the options of the simulator say', async () => {
    const github = await start(await seed(YAML))
    expect(github.apps.map(({ id, slug, webhookSecret }) => [id, slug, webhookSecret])).toMatchObject([
      [12, 'one', 'development'],
      [expect.any(Number), 'two', expect.any(String)],
    ])
    expect(github.installations).toMatchObject([
      { id: 9, app: 'one', repositories: ['api'], permissions: { issues: 'read', metadata: 'read' } },
      { app: 'two', repositories: ['api', 'docs'], suspended: true },
    ])
    expect((await fetch(`${github.url}/_simulator/state`)).status).toBe(200)
  })

  test('may be JSON, with tabs as well', async () => {
    const json = JSON.stringify({ accounts: [{ login: 'acme', installation: {} }] }, null, '\t')
    expect(await seed(json)).toEqual({ accounts: [{ login: 'acme', installation: {} }] })
  })

  test.for(['', '# nothing but words\n', '{}'])('may say nothing: %j', async (content) => {
    expect(await seed(content)).toEqual({})
  })

  test('leads to a private key beside it, or anywhere else', async () => {
    const path = directory({
      'seeds/simulator.yaml': 'app: { privateKeyFile: ../keys/app.pem }',
      'keys/app.pem': PRIVATE_KEY,
    })
    const options = await readSeed(join(path, 'seeds/simulator.yaml'))
    expect(options.app?.privateKey).toBe(PRIVATE_KEY)
    const absolute = directory({ 'simulator.yaml': `app: { privateKeyFile: ${join(path, 'keys/app.pem')} }` })
    expect((await readSeed(join(absolute, 'simulator.yaml'))).app?.privateKey).toBe(PRIVATE_KEY)
  })

  test('leads to secrets in the environment', async () => {
    const env = { KEY: PRIVATE_KEY.replaceAll('\n', '\\n'), HOOK: 'hook-secret', CLIENT: 'client-secret' }
    const options = await seed(
      'apps: [{ privateKeyEnv: KEY, webhookSecretEnv: HOOK, clientSecretEnv: CLIENT }]',
      env,
    )
    expect(options.apps).toEqual([
      { privateKey: PRIVATE_KEY, webhookSecret: 'hook-secret', clientSecret: 'client-secret' },
    ])
    expect((await start(options)).app.webhookSecret).toBe('hook-secret')
  })
})

describe('A mistake in a seed file names the place and what is allowed', () => {
  test.for<[string, string]>([
    [
      'accounts: [{ login: a }, { login: b, repositories: [{ name: x, private: yes }] }]',
      'accounts[1].repositories[0].private must be true or false, not "yes"',
    ],
    [
      'accounts: [{ login: a, installation: { permissions: { issue: read } } }]',
      'accounts[0].installation.permissions.issue: Unknown permission "issue"; did you mean "issues"?',
    ],
    [
      'accounts: [{ login: a, installation: { permissions: { issues: admin } } }]',
      'accounts[0].installation.permissions.issues: Permission "issues" cannot be "admin"; allowed: read, write',
    ],
    [
      'accounts: [{ login: a, instalation: {} }]',
      'accounts[0].instalation: no such option; did you mean "installation"?',
    ],
    ['accounts: [{ type: User }]', 'accounts[0].login is missing'],
    ['accounts: [{ login: 123 }]', 'accounts[0].login must be a string, not 123'],
    ['accounts: [{ login: "a b" }]', 'accounts[0].login: "a b" is not a GitHub login'],
    [
      'accounts: [{ login: a, type: Team }]',
      'accounts[0].type must be one of User, Organization, Enterprise, not "Team"',
    ],
    [
      'accounts: [{ login: a, members: { b: owner } }]',
      'accounts[0].members.b must be admin or member, not "owner"',
    ],
    [
      'accounts: [{ login: a, members: { "b c": admin } }]',
      'accounts[0].members: "b c" is not a GitHub login',
    ],
    [
      'accounts: [{ login: a, installation: { id: 0 } }]',
      'accounts[0].installation.id must be a positive integer, not 0',
    ],
    [
      'accounts: [{ login: a, installation: { repositories: every } }]',
      'accounts[0].installation.repositories must be all, not "every"',
    ],
    [
      'accounts: [{ login: a, installation: { repositories: { a: b } } }]',
      'accounts[0].installation.repositories must be all or a list of repository names, not an object',
    ],
    ['accounts: { login: a }', 'accounts must be a list, not an object'],
    ['accounts: [null]', 'accounts[0] must be an object, not null'],
    ['apps: []', 'apps must name at least one app'],
    ['app: { slug: ../../etc }', 'app.slug: "../../etc" is not a slug'],
    [
      'app: { webhookUrl: "javascript:alert(1)" }',
      'app.webhookUrl: "javascript:alert(1)" is not an http or https URL',
    ],
    ['app: { webhookUrl: "http://[" }', 'app.webhookUrl: "http://[" is not an http or https URL'],
    ['port: 70000', 'port must be an integer from 0 to 65535, not 70000'],
    ['port: "80"', 'port must be an integer from 0 to 65535, not "80"'],
    ['tokenFormat: new', 'tokenFormat must be stateless or classic, not "new"'],
    [
      'replicationLag: { tokenMs: -1 }',
      'replicationLag.tokenMs must be a number of milliseconds, 0 or more, not -1',
    ],
    [
      'replicationLag: { tokenMs: .inf }',
      'replicationLag.tokenMs must be a number of milliseconds, 0 or more, not Infinity',
    ],
    ['clock: { now: 1 }', 'clock: no such option'],
    ['acounts: []', 'acounts: no such option; did you mean "accounts"?'],
    ['zzz: 1', 'zzz: no such option; there is host, port'],
    ['__proto__: { port: 1 }', '__proto__: no such option'],
    ['accounts: [{ login: a, __proto__: { type: User } }]', 'accounts[0].__proto__: no such option'],
    ['constructor: 1', 'constructor: no such option'],
    ['- 1', 'This must be an object, not a list'],
    ['just text', 'This must be an object, not "just text"'],
    ['<<: { port: 1 }', '<<: no such option'],
  ])('%s: %s', async ([content, message]) => {
    await expect(seed(content)).rejects.toThrow(TypeError)
    await expect(seed(content)).rejects.toThrow(`simulator.yaml: ${message}`)
  })

  test('and what only shows when everything is put together is named as well', async () => {
    const options = await seed('accounts: [{ login: acme, installation: { repositories: [nope] } }]')
    await expect(startSimulator(options)).rejects.toThrow('acme has no repository "nope"')
  })
})

describe('What is not YAML gets its line and column', () => {
  test.for<[string, string]>([
    ['port: 1\nport: 2', 'line 2, column 1: Map keys must be unique'],
    ['{"port": 1,\n "port": 2}', 'line 2, column 2: Map keys must be unique'],
    ['accounts: [1,\nport: 2', 'line 2, column 1: Flow sequence'],
    ['port: !!js/function "x"', 'line 1, column 7: tags are not allowed'],
    ['port: !include other.yaml', 'line 1, column 7: tags are not allowed'],
    ['port: 1\n---\nport: 2', 'line 2, column 1: there must be one document only'],
    ['? [a, b]\n: c', 'line 1, column 3:'],
    ['port: *nobody', 'an alias has no anchor'],
    ['['.repeat(5_000), 'line 1, column'],
  ])('%j', async ([content, message]) => {
    await expect(seed(content)).rejects.toThrow(TypeError)
    await expect(seed(content)).rejects.toThrow(message)
  })

  test('and what multiplies itself is refused at once', async () => {
    const levels = ['a: &a [x, x, x, x, x, x, x, x, x]']
    for (const [from, to] of ['ab', 'bc', 'cd', 'de', 'ef', 'fg', 'gh', 'hi'])
      levels.push(`${to}: &${to} [${Array.from({ length: 9 }, () => `*${from}`).join(', ')}]`)
    await expect(seed(levels.join('\n'))).rejects.toThrow('aliases repeat too much')
  })

  test('and neither a file that is no text nor one that is not there crashes anything', async () => {
    await expect(seed(Uint8Array.of(0x70, 0xff, 0xfe))).rejects.toThrow('is not UTF-8')
    await expect(readSeed(directory({}))).rejects.toThrow('is no file')
    await expect(readSeed(join(directory({}), 'nope.yaml'))).rejects.toThrow('There is no seed file')
  })
})

describe('A private key', () => {
  test('is refused in the file itself, with the reason', async () => {
    const failure = seed(JSON.stringify({ app: { privateKey: PRIVATE_KEY } }))
    await expect(failure).rejects.toThrow(
      'app.privateKey: seed files get committed and shared, so they hold no private keys: use privateKeyFile or privateKeyEnv',
    )
  })

  const secret = PRIVATE_KEY.slice(40, 80)
  test.for<[string, string]>([
    ['as privateKey', JSON.stringify({ app: { privateKey: PRIVATE_KEY } })],
    ['as the name of a file', JSON.stringify({ app: { privateKeyFile: PRIVATE_KEY } })],
    [
      'as the name of a file, in one line',
      JSON.stringify({ app: { privateKeyFile: PRIVATE_KEY.replaceAll('\n', ' ') } }),
    ],
    ['as the name of a variable', JSON.stringify({ app: { privateKeyEnv: PRIVATE_KEY } })],
    ['under a wrong name', JSON.stringify({ app: { private_key: PRIVATE_KEY } })],
    ['as something else', JSON.stringify({ port: PRIVATE_KEY, accounts: PRIVATE_KEY })],
    ['as a secret of another type', JSON.stringify({ app: { webhookSecret: [PRIVATE_KEY] } })],
    ['in YAML that is wrong', `app:\n  privateKey: ${PRIVATE_KEY}`],
    ['as a key', `? |\n  ${PRIVATE_KEY.replaceAll('\n', '\n  ')}\n: 1`],
  ])('is never repeated in a message: %s', async ([, content]) => {
    const error: unknown = await seed(content).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(TypeError)
    expect(String(error)).not.toContain(secret)
  })

  test.for<[string, Record<string, string>, string]>([
    ['{ privateKeyFile: nope.pem }', {}, 'app.privateKeyFile: there is no file'],
    ['{ privateKeyFile: . }', {}, 'is no file'],
    ['{ privateKeyFile: /dev/zero }', {}, 'app.privateKeyFile: /dev/zero is no file'],
    [
      '{ privateKeyFile: simulator.yaml }',
      {},
      'app.privateKeyFile must lead to the PEM of an unencrypted RSA private key',
    ],
    ['{ privateKeyFile: "a\\0b" }', {}, 'app.privateKeyFile is not the path of a PEM file'],
    ['{ privateKeyEnv: NOPE }', {}, 'app.privateKeyEnv: the environment variable NOPE is not set'],
    ['{ privateKeyEnv: KEY }', { KEY: 'junk' }, 'app.privateKeyEnv must lead to the PEM'],
    ['{ privateKeyEnv: "A B" }', {}, 'app.privateKeyEnv: "A B" is not the name of an environment variable'],
    [
      '{ privateKeyFile: a.pem, privateKeyEnv: KEY }',
      {},
      'app: give one of privateKeyFile and privateKeyEnv, not both',
    ],
    [
      '{ webhookSecret: a, webhookSecretEnv: KEY }',
      {},
      'app: give one of webhookSecret and webhookSecretEnv, not both',
    ],
  ])('that is not there is a mistake: %s', async ([app, env, message]) => {
    await expect(seed(`app: ${app}`, env)).rejects.toThrow(message)
  })

  test('is not looked for in a file that is far too large', async () => {
    const path = directory({
      'simulator.yaml': 'app: { privateKeyFile: big.pem }',
      'big.pem': newPrivateKey().repeat(50),
    })
    await expect(readSeed(join(path, 'simulator.yaml'))).rejects.toThrow('is too large for a private key')
  })
})
