import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { GITHUB_ERRORS, githubError, type SimulatorOptions, startSimulator } from '../src/index.ts'
import { appJwt, PRIVATE_KEY } from './support/app-jwt.ts'
import { call, installationId, mint, startTestGitHub } from './support/test-github.ts'

const EC_KEY = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  .privateKey.export({ type: 'pkcs8', format: 'pem' })
  .toString()
const SMALL_KEY = generateKeyPairSync('rsa', { modulusLength: 1024 })
  .privateKey.export({ type: 'pkcs1', format: 'pem' })
  .toString()

describe('An option that does not hold is refused by name', () => {
  test.for<[RegExp, SimulatorOptions]>([
    [/port must be an integer/, { port: 70_000 }],
    [/port must be an integer/, { port: 1.5 }],
    [/rateLimit\.perHour/, { rateLimit: { perHour: 0 } }],
    [/app\.id must be a positive integer/, { app: { id: 0 } }],
    [/app\.privateKey must be the PEM/, { app: { privateKey: 'nonsense' } }],
    [/app\.privateKey must be the PEM/, { app: { privateKey: EC_KEY } }],
    [/app\.privateKey must be the PEM/, { app: { privateKey: SMALL_KEY } }],
    [/Unknown permission "issue"/, { app: { permissions: { issue: 'read' } } }],
    [/"issues" cannot be "admin"; allowed: read, write/, { app: { permissions: { issues: 'admin' } } }],
    [
      /app\.events\[0\]: "isues" is no webhook event of GitHub; did you mean "issues"/,
      { app: { events: ['isues'] } },
    ],
    [/"a b" is not a GitHub login/, { accounts: [{ login: 'a b' }] }],
    [/The login "ACME" is taken/, { accounts: [{ login: 'acme' }, { login: 'ACME' }] }],
    [/"\.\." is not a repository name/, { accounts: [{ login: 'acme', repositories: [{ name: '..' }] }] }],
    [
      /"x\.GIT" is not a repository name/,
      { accounts: [{ login: 'acme', repositories: [{ name: 'x.GIT' }] }] },
    ],
    [/"a\/b" is not a repository name/, { accounts: [{ login: 'acme', repositories: [{ name: 'a/b' }] }] }],
    [
      /already has a repository "API"/,
      { accounts: [{ login: 'acme', repositories: [{ name: 'api' }, { name: 'API' }] }] },
    ],
    [
      /acme has no repository "nope"/,
      { accounts: [{ login: 'acme', installation: { repositories: ['nope'] } }] },
    ],
    [/installation\.id must be a positive/, { accounts: [{ login: 'acme', installation: { id: -1 } }] }],
    [
      /installation id 7 is taken/,
      {
        accounts: [
          { login: 'a', installation: { id: 7 } },
          { login: 'b', installation: { id: 7 } },
        ],
      },
    ],
  ])('%s', async ([message, options]) => {
    const failure = startSimulator({ ...options, app: { privateKey: PRIVATE_KEY, ...options.app } })
    await expect(failure).rejects.toThrow(TypeError)
    await expect(failure).rejects.toThrow(message)
  })

  test('and a key that is refused is not repeated', async () => {
    await expect(startSimulator({ app: { privateKey: EC_KEY } })).rejects.not.toThrow(EC_KEY.slice(30, 60))
  })
})

describe('A control refuses what does not exist', () => {
  test('by name', async () => {
    const github = await startTestGitHub()
    expect(() => github.suspend(1)).toThrow('There is no installation 1')
    expect(() => github.install({ account: 'nobody' })).toThrow('There is no account "nobody"')
    expect(() => github.install({ account: 'acme' })).toThrow('already installed on "acme"')
    expect(() => github.renameRepository('acme/nope', 'x')).toThrow('There is no repository "acme/nope"')
    expect(() => github.renameAccount('acme', 'globex')).toThrow('The login "globex" is taken')
    expect(() => github.setPermissions(installationId(github, 'acme'), { nope: 'read' })).toThrow(
      'Unknown permission "nope"',
    )
    expect(() => github.deleteKey('SHA256:nope')).toThrow('no such key')
    expect(() => github.deleteKey('nope')).toThrow('must be a PEM or a SHA256: fingerprint')
    expect(() => github.advance(Number.NaN)).toThrow(TypeError)
  })
})

describe('The app', () => {
  test('is the one that was described', async () => {
    const app = {
      id: 42,
      clientId: 'Iv1.0123456789abcdef',
      slug: 'my-app',
      name: 'My app',
      events: ['push'],
      permissions: { contents: 'read' },
    }
    const github = await startTestGitHub({ app })
    expect((await call(github, 'GET /app', { auth: appJwt(github) })).json).toMatchObject({
      id: 42,
      client_id: 'Iv1.0123456789abcdef',
      slug: 'my-app',
      name: 'My app',
      events: ['push'],
      permissions: { contents: 'read', metadata: 'read' },
      html_url: `${github.url}/apps/my-app`,
    })
    expect(github.app.bot.login).toBe('my-app[bot]')
  })

  test('gets a key and a secret of its own when none are given', async () => {
    const [one, two] = [await startSimulator(), await startSimulator()]
    expect(one.app.privateKey).not.toBe(two.app.privateKey)
    expect(one.app.webhookSecret).not.toBe(two.app.webhookSecret)
    await Promise.all([one.close(), two.close()])
  })

  test('is installed where it is said to be, with what is said', async () => {
    const github = await startTestGitHub()
    expect(github.installations).toMatchObject([
      {
        account: 'acme',
        targetType: 'Organization',
        repositories: ['api', 'vault', 'docs'],
        repositorySelection: 'all',
        suspended: false,
      },
      {
        account: 'globex',
        repositories: ['web'],
        repositorySelection: 'selected',
        permissions: { issues: 'read', metadata: 'read' },
      },
    ])
    expect(github.install({ account: 'initech', id: 99 })).toMatchObject({
      id: 99,
      repositories: ['reports', 'open'],
    })
  })
})

test('What is installed as suspended is suspended', async () => {
  const github = await startTestGitHub()
  expect(github.install({ account: 'initech', suspended: true })).toMatchObject({ suspended: true })
  expect(await mint(github, 'initech')).toMatchObject({
    status: 403,
    json: { message: 'This installation has been suspended' },
  })
})

test('Ten thousand installations are seeded and found', async () => {
  const accounts = Array.from({ length: 10_000 }, (_, index) => ({
    login: `org-${index}`,
    repositories: [{ name: 'api' }],
    installation: {},
  }))
  const github = await startTestGitHub({ accounts })
  expect((await call(github, 'GET /orgs/org-9999/installation', { auth: appJwt(github) })).status).toBe(200)
})

describe('Every error in the table', () => {
  test.for(Object.keys(GITHUB_ERRORS) as (keyof typeof GITHUB_ERRORS)[])(
    '%s says where its text comes from and has a body to match its status',
    (code) => {
      expect(GITHUB_ERRORS[code].evidence).toMatch(/^[DICFM]$/)
      const { status, body } = githubError(code)
      expect(status).toBe(GITHUB_ERRORS[code].status)
      if (typeof body !== 'string')
        expect(body).toMatchObject({
          status: String(status),
          documentation_url: expect.stringMatching(/^https:\/\/docs\.github\.com\//),
        })
    },
  )
})
