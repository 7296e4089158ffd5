import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { appJwt } from './support/app-jwt.ts'
import { call, installationId, startTestGitHub, tokenFor } from './support/test-github.ts'
import { only, payloadOf, startReceiver } from './support/webhook-receiver.ts'

/** What a program in plain JavaScript may pass: anything. */
type Loose = Readonly<Record<string, (...args: unknown[]) => unknown>>

function loose(github: Simulator): Loose {
  const methods: unknown = github
  return methods as Loose
}

describe('A method says which of its arguments does not hold, and does nothing', () => {
  test.each<[method: string, args: unknown[], message: string]>([
    ['setReplicationLag', [{ tokenMS: 3000 }], 'tokenMS'],
    ['setReplicationLag', [], 'replicationLag must be an object'],
    ['addRepository', ['acme', { name: 'new', privat: true }], 'privat'],
    ['addRepository', ['acme', 'new'], 'must be an object'],
    ['addAccount', [{ login: 'new', repositorys: [] }], 'repositorys'],
    ['addAccount', ['new'], 'must be an object'],
    ['install', [{ account: 'initech', permission: {} }], 'permission'],
    ['install', ['initech'], 'must be an object'],
    ['requestInstallation', [{ account: 'initech' }], 'requester'],
    ['addMember', ['acme', { login: 'monalisa', role: 'owner' }], 'role'],
    ['addMember', ['acme'], 'must be an object'],
    ['authorize', [{ login: 'monalisa', expiresMs: 1 }], 'expiresMs'],
    ['authorize', ['monalisa'], 'must be an object'],
    ['count', [{ rout: '/app' }], 'rout'],
    ['count', ['GET', '/app/installation'], 'did you mean "/app/installations"'],
    ['renameRepository', [{}, 'x'], 'no repository'],
    ['createPersonalAccessToken', [undefined], 'no account'],
    ['approveDevice', [undefined, 'monalisa'], 'No device'],
    ['setRepositories', [40_000_001, 'api'], 'repositories must be'],
    ['setPermissions', [40_000_001, undefined], 'permissions must be an object'],
  ])('%s(...%j)', async (method, args, message) => {
    const github = await startTestGitHub()
    const before = JSON.stringify([github.installations, github.apps])
    const act = (): unknown => loose(github)[method]?.(...args)
    expect(act).toThrow(TypeError)
    expect(act).toThrow(message)
    expect(JSON.stringify([github.installations, github.apps])).toBe(before)
  })

  test.each([[undefined], [{ event: 'push', payload: {}, tampr: 'body' }]])(
    'deliver(%j)',
    async (delivery) => {
      const github = await startTestGitHub()
      await expect(loose(github).deliver?.(delivery)).rejects.toThrow(TypeError)
    },
  )
})

describe('The address that others reach it by', () => {
  test('is its url, and what links in webhooks begin with', async () => {
    const receiver = await startReceiver()
    const github = await startTestGitHub({
      publicUrl: 'http://github.test:4000/',
      port: 0,
      app: { webhookUrl: receiver.url },
    })
    expect(github.url).toBe('http://github.test:4000')
    github.suspend(installationId(github, 'acme'))
    await github.settled()
    expect(payloadOf(only(receiver.received)).sender.url).toMatch(/^http:\/\/github\.test:4000\//)
  })

  test.each(['http://github.test/path', 'ftp://github.test', 'github.test:80', 'http://github.test?x'])(
    'is not %j',
    async (publicUrl) => {
      await expect(startTestGitHub({ publicUrl })).rejects.toThrow('publicUrl')
    },
  )

  test.each(['*', 'http://github.test', 'github.test:80', '.test'])(
    'and a name that never fits is refused for the control API: %j',
    async (host) => {
      await expect(startTestGitHub({ control: { hosts: [host] } })).rejects.toThrow('control.hosts[0]')
    },
  )
})

test('What is not simulated is a 404 that says so, and what GitHub would not find is not', async () => {
  const github = await startTestGitHub()
  const auth = await tokenFor(github, 'acme')
  const header = async (endpoint: string, credential: string): Promise<string | null> =>
    (await call(github, endpoint, { auth: credential })).headers.get('x-hubauth-simulator')
  expect(await header('GET /repos/acme/api/pulls', auth)).toBe('this endpoint is not simulated')
  expect(await header('GET /repos/acme/nothing', auth)).toBeNull()
  expect(await header('GET /orgs/nobody/installation', appJwt(github))).toBeNull()
})
