import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { inspect } from 'node:util'
import { createGitHubAuth, createWebhookReceiver, HubauthError } from '@hubauth/core'
import { rsaKey } from '@hubauth/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type LoadConfigOptions, loadConfig } from '../../src/index.ts'

const KEY = rsaKey()
const INPUT = new TextEncoder().encode('header.claims')
let folder: string
let file: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hubauth-config-'))
  file = join(folder, 'hubauth.json')
  await writeFile(join(folder, 'acme.pem'), KEY.pkcs1, { mode: 0o600 })
  await writeFile(join(folder, 'secret'), 'from a file\n', { mode: 0o600 })
})

afterAll(() => rm(folder, { recursive: true }))

const ENV = { ACME_KEY: KEY.pkcs1, WEBHOOK_SECRET: 'from the environment', EMPTY: '' }
const ACME = { appId: 1, key: { file: 'acme.pem' } }
const PROD = { organizations: { acme: ACME } }

async function load(content: unknown, options: LoadConfigOptions = {}) {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content))
  return loadConfig(file, { env: ENV, ...options })
}

async function failure(content: unknown, options?: LoadConfigOptions): Promise<HubauthError> {
  const error = await load(content, options).catch((reason: unknown) => reason)
  if (!HubauthError.isInstance(error)) throw new Error(`expected a HubauthError, got ${inspect(error)}`)
  expect(error.code).toBe('CONFIG_INVALID')
  expect(error.message).toContain(`${file}:`)
  return error
}

describe('loadConfig', () => {
  it('makes what createGitHubAuth and createWebhookReceiver take', async () => {
    const { environment, auth, webhookSecrets } = await load({
      PROD: {
        baseUrl: 'https://github.example.com/api/v3',
        webhookSecret: { env: 'WEBHOOK_SECRET' },
        organizations: {
          acme: { appId: 'Iv23liAbc', installationId: 9, key: { file: 'acme.pem' } },
          Globex: { appId: 2, key: { env: 'ACME_KEY' } },
        },
      },
    })
    expect(environment).toBe('PROD')
    expect(auth.baseUrl).toBe('https://github.example.com/api/v3')
    expect(auth.organizations.acme).toMatchObject({ appId: 'Iv23liAbc', installationId: 9 })
    for (const { key } of Object.values(auth.organizations))
      await expect(key.sign(INPUT)).resolves.toHaveLength(256)
    expect(createGitHubAuth(auth).appOf('globex').appId).toBe(2)
    expect(webhookSecrets).toEqual(['from the environment'])
    createWebhookReceiver({ secrets: webhookSecrets })
  })

  it('finds files relative to the configuration file, which may be a URL', async () => {
    await load({ PROD })
    const { auth } = await loadConfig(pathToFileURL(file), { env: {} })
    await expect(auth.organizations.acme?.key.sign(INPUT)).resolves.toHaveLength(256)
  })

  it('takes http: for this machine, and for others when that is allowed', async () => {
    await load({ TEST: { ...PROD, baseUrl: 'http://localhost:3000' } })
    const { auth } = await load({ TEST: { ...PROD, baseUrl: 'http://simulator:3000', allowHttp: true } })
    expect(auth).toMatchObject({ baseUrl: 'http://simulator:3000', allowHttp: true })
  })
})

describe('the environment', () => {
  const two = { TEST: { ...PROD, baseUrl: 'http://localhost:1' }, PROD }

  it('is the one that is asked for, then the one that the variable names, then the only one', async () => {
    const env = { ...ENV, HUBAUTH_ENVIRONMENT: 'TEST' }
    expect((await load(two, { environment: 'PROD', env })).environment).toBe('PROD')
    expect((await load(two, { env })).environment).toBe('TEST')
    expect((await load({ PROD })).environment).toBe('PROD')
  })

  it('must be named when there are several, and the error lists them', async () => {
    const { message } = await failure(two, { env: { HUBAUTH_ENVIRONMENT: '' } })
    expect(message).toContain('Pass environment or set HUBAUTH_ENVIRONMENT. The file has: TEST, PROD.')
  })

  it.each(['prod', 'PRD', 'PROD '])(
    'must be named exactly, and the error suggests (%j)',
    async (environment) => {
      const { message } = await failure(two, { environment })
      expect(message).toMatch(/there is no environment .*\. Did you mean PROD\? The file has: TEST, PROD\.$/)
    },
  )

  it.each(['__proto__', 'constructor', 'toString'])(
    'is never a property of every object (%s)',
    async (environment) => {
      expect((await failure(two, { environment })).message).toContain('there is no environment')
    },
  )

  it('is checked even when another one is chosen', async () => {
    const { message } = await failure({ TEST: PROD, PROD: { organizations: {} } }, { environment: 'TEST' })
    expect(message).toContain('PROD.organizations: there is no organization in it.')
  })

  it('needs no secrets but its own', async () => {
    const elsewhere = { organizations: { acme: { appId: 1, key: { env: 'ONLY_IN_PROD' } } } }
    expect((await load({ TEST: PROD, PROD: elsewhere }, { environment: 'TEST' })).environment).toBe('TEST')
  })
})

const inPlace = (acme: unknown) => ({ PROD: { organizations: { acme } } })

describe('a mistake', () => {
  it.each<[string, unknown, string]>([
    ['no object', [], 'expected an object of environments'],
    ['no environment', {}, 'there is no environment in it.'],
    ['no environment around', PROD, 'the names of environments come first.'],
    ['no organizations', { PROD: {} }, 'PROD.organizations: expected an object of organizations'],
    ['organizations as a list', { PROD: { organizations: [] } }, 'got an array.'],
    [
      'an unknown property',
      { PROD: { ...PROD, baseurl: '' } },
      'PROD: unknown property baseurl. Did you mean "baseUrl"? Known here: baseUrl, allowHttp, webhookSecret, organizations.',
    ],
    [
      'a property of the app',
      inPlace({ ...ACME, appID: 1 }),
      'PROD.organizations.acme: unknown property appID. Did you mean "appId"?',
    ],
    [
      'no app id',
      inPlace({ key: ACME.key }),
      'PROD.organizations.acme.appId: expected the client ID ("Iv23…") or the App ID (a positive integer); it is missing.',
    ],
    ['an app id of zero', inPlace({ ...ACME, appId: 0 }), 'acme.appId: expected the client ID'],
    ['an app id with spaces', inPlace({ ...ACME, appId: 'my app' }), 'got a string.'],
    [
      'an installation id as text',
      inPlace({ ...ACME, installationId: '9' }),
      'acme.installationId: expected the id of the installation, a positive integer; got a string.',
    ],
    [
      'no key',
      inPlace({ appId: 1 }),
      'PROD.organizations.acme.key: expected where the private key is, { "file": "path" } or { "env": "NAME" }; it is missing.',
    ],
    [
      'an empty key',
      inPlace({ appId: 1, key: {} }),
      'acme.key: expected either "file" or "env" for the private key.',
    ],
    [
      'a key in two places',
      inPlace({ appId: 1, key: { file: 'acme.pem', env: 'ACME_KEY' } }),
      'expected either "file" or "env"',
    ],
    [
      'a path that is no text',
      inPlace({ appId: 1, key: { file: 7 } }),
      'acme.key.file: expected the path of a file',
    ],
    [
      'an organization twice',
      { PROD: { organizations: { acme: ACME, Acme: ACME } } },
      'PROD.organizations.Acme: the same organization as acme: letter case does not matter on GitHub.',
    ],
    [
      'an organization with its repository',
      { PROD: { organizations: { 'acme/api': ACME } } },
      'the name of an organization is its login',
    ],
    [
      'a base URL with credentials',
      { PROD: { ...PROD, baseUrl: 'https://me:hunter2@github.com' } },
      'PROD.baseUrl: expected the root of a REST API',
    ],
    [
      'a base URL in the clear',
      { PROD: { ...PROD, baseUrl: 'http://github.example.com' } },
      'PROD.baseUrl: http: would send tokens',
    ],
    [
      'a base URL that is none',
      { PROD: { ...PROD, baseUrl: 7 } },
      'PROD.baseUrl: expected the root of a REST API, such as https://api.github.com; got a number.',
    ],
    [
      'a flag that is none',
      { PROD: { ...PROD, allowHttp: 'yes' } },
      'PROD.allowHttp: expected true or false; got a string.',
    ],
    [
      'no webhook secret in the list',
      { PROD: { ...PROD, webhookSecret: [] } },
      'the list of webhook secrets is empty.',
    ],
    [
      'null for a secret',
      { PROD: { ...PROD, webhookSecret: null } },
      'PROD.webhookSecret: expected where the webhook secret is',
    ],
    [
      'a variable that is not set',
      { PROD: { ...PROD, webhookSecret: { env: 'NOT_SET' } } },
      'PROD.webhookSecret.env: the environment variable NOT_SET is not set.',
    ],
    [
      'a variable that is empty',
      { PROD: { ...PROD, webhookSecret: [{ env: 'EMPTY' }] } },
      'PROD.webhookSecret.0.env: the environment variable EMPTY is empty.',
    ],
    [
      'a variable of a key that is not set',
      inPlace({ appId: 1, key: { env: 'NOT_SET' } }),
      'PROD.organizations.acme.key.env: the environment variable NOT_SET is not set.',
    ],
    [
      'a key file that is missing',
      inPlace({ appId: 1, key: { file: 'nowhere.pem' } }),
      'nowhere.pem cannot be read: it does not exist (ENOENT).',
    ],
    [
      'broken JSON',
      '{\n  "PROD": {,\n}',
      'not valid JSON: line 2, column 12: expected a name in double quotes.',
    ],
  ])('names the file, the place and what is allowed: %s', async (_, content, message) => {
    expect((await failure(content)).message).toContain(message)
  })

  it('is found in files that everybody may read, unless that is meant', async () => {
    const path = join(folder, 'public.pem')
    await writeFile(path, KEY.pkcs1)
    await chmod(path, 0o644)
    const key = { file: 'public.pem' }
    const { message } = await failure(inPlace({ appId: 1, key }))
    expect(message).toContain(`PROD.organizations.acme.key.file: Everybody on this machine may read ${path}`)
    const { auth } = await load(inPlace({ appId: 1, key: { ...key, allowWorldReadable: true } }))
    await expect(auth.organizations.acme?.key.sign(INPUT)).resolves.toHaveLength(256)
  })

  it('is found in a secret file without a secret', async () => {
    await writeFile(join(folder, 'empty'), '\n', { mode: 0o600 })
    const { message } = await failure({ PROD: { ...PROD, webhookSecret: { file: 'empty' } } })
    expect(message).toContain('PROD.webhookSecret.file: the file is empty.')
  })

  it('is a file that is not there', async () => {
    const path = join(folder, 'nowhere.json')
    await expect(loadConfig(path)).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(`${path}: the configuration file cannot be read (ENOENT).`),
    })
  })

  const oneLine = KEY.pkcs1.replaceAll('\n', '\\n')
  const base64 = Buffer.from(KEY.pkcs1).toString('base64')
  it.each<[string, unknown]>([
    ['a key', inPlace({ appId: 1, key: KEY.pkcs1 })],
    ['a key as the path', inPlace({ appId: 1, key: { file: KEY.pkcs1 } })],
    ['a key in one line as the path', inPlace({ appId: 1, key: { file: oneLine } })],
    ['a key as the variable', inPlace({ appId: 1, key: { env: base64 } })],
    ['a key as the app id', inPlace({ appId: base64, key: ACME.key })],
    ['a key as a name', inPlace({ ...ACME, [base64]: 1 })],
    ['a key as an organization', { PROD: { organizations: { [KEY.pkcs1]: ACME } } }],
    ['a webhook secret', { PROD: { ...PROD, webhookSecret: 'hunter2' } }],
    ['a webhook secret in a list', { PROD: { ...PROD, webhookSecret: ['hunter2'] } }],
    ['a webhook secret as the variable', { PROD: { ...PROD, webhookSecret: { env: 'hunter2' } } }],
    ['a secret in broken JSON', '{ "PROD": { "webhookSecret": "hunter2 }'],
    ['a secret after broken JSON', '{ "PROD": hunter2 }'],
    ['a secret that is twice there', '{ "hunter2": 1, "hunter2": 2 }'],
  ])('is never repeated with the secret in it: %s', async (_, content) => {
    const error = await failure(content)
    expect(inspect(error, { depth: 9, showHidden: true })).not.toMatch(
      /hunter2|MII[A-Za-z0-9]|LS0t|BEGIN RSA/,
    )
  })

  it('says to keep a secret elsewhere that is written into the file', async () => {
    const { message } = await failure(inPlace({ appId: 1, key: KEY.pkcs1 }))
    expect(message).toContain(
      'PROD.organizations.acme.key: the private key must not be written into this file. Keep it elsewhere: { "file": "path" } or { "env": "NAME" }.',
    )
  })
})
