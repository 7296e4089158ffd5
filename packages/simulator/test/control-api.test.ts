import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { control, JSON_HEADERS, look, raw } from './support/control.ts'
import { call, installationId, mint, startTestGitHub, tokenFor } from './support/test-github.ts'
import { startReceiver } from './support/webhook-receiver.ts'

describe('The control API is not there', () => {
  test.for(['GET /_simulator/', 'GET /_simulator/apps', 'POST /_simulator/advance', 'GET /_simulator'])(
    'unless it is asked for: %s',
    async (endpoint) => {
      const github = await startTestGitHub()
      const body = endpoint.startsWith('POST') ? { body: { ms: 1 }, headers: JSON_HEADERS } : {}
      const answer = await call(github, endpoint, body)
      expect([answer.status, answer.json.message]).toEqual([404, 'Not Found'])
      expect(github.now).toBe(1_767_225_600_000)
    },
  )

  test('below the mount of GitHub Enterprise Server', async () => {
    const github = await startTestGitHub({ control: true })
    expect((await call(github, 'GET /api/v3/_simulator/apps')).json.message).toBe('Not Found')
  })
})

describe('Every method of the simulator can be called over HTTP by its name', () => {
  // What has no meaning outside the process.
  const NOT_REACHABLE = ['close']
  // `app` is the first of `apps`; `url` and `now` are in `state`.
  const NOT_READABLE = ['app', 'url', 'now']

  test('and every property can be read', async () => {
    const github = await startTestGitHub({ control: true })
    const { json } = await look(github, '')
    const names = Object.keys(github)
    const is = (name: string): string => typeof Reflect.get(github, name)
    const named = (entries: readonly { name: string }[]): string[] => entries.map(({ name }) => name)
    expect(named(json.commands)).toEqual(
      expect.arrayContaining(
        names.filter((name) => is(name) === 'function' && !NOT_REACHABLE.includes(name)),
      ),
    )
    expect(named(json.reads)).toEqual(
      expect.arrayContaining(names.filter((name) => is(name) !== 'function' && !NOT_READABLE.includes(name))),
    )
    expect(named(json.commands).filter((name) => !names.includes(name))).toEqual([])
  })

  test('and the index describes them for programs', async () => {
    const github = await startTestGitHub({ control: true })
    const { status, json } = await look(github, '')
    expect([status, json.url]).toEqual([200, github.url])
    expect(json.commands).toContainEqual({
      name: 'suspend',
      request: 'POST /_simulator/suspend',
      docs: 'Refuses mints and the tokens of an installation.',
      parameters: {
        type: 'object',
        properties: { installationId: { type: 'integer', minimum: 1 } },
        required: ['installationId'],
        additionalProperties: false,
      },
    })
    for (const { docs, parameters } of [...json.commands, ...json.reads])
      expect([docs, parameters]).toEqual([
        expect.stringMatching(/^[A-Z].*\.$/),
        expect.objectContaining({ type: 'object' }),
      ])
  })
})

describe('A client in any language can', () => {
  test('move the clock', async () => {
    const github = await startTestGitHub({ control: true })
    const auth = await tokenFor(github, 'acme')
    expect((await control(github, 'advance', { ms: 3_600_000 })).json).toEqual({ result: null })
    expect((await call(github, 'GET /installation/repositories', { auth })).status).toBe(401)
    expect((await look(github, 'state')).json.result.now).toBe('2026-01-01T01:00:00.000Z')
  })

  test('suspend, unsuspend and uninstall', async () => {
    const github = await startTestGitHub({ control: true })
    const installation = { installationId: installationId(github, 'acme') }
    await control(github, 'suspend', installation)
    expect((await mint(github, 'acme')).status).toBe(403)
    await control(github, 'unsuspend', installation)
    expect((await mint(github, 'acme')).status).toBe(201)
    await control(github, 'uninstall', installation)
    expect(github.installations.map(({ account }) => account)).toEqual(['globex'])
  })

  test('install, and change what an installation has', async () => {
    const github = await startTestGitHub({ control: true })
    const installed = await control(github, 'install', { account: 'initech', id: 7, repositories: ['open'] })
    expect(installed.json.result).toMatchObject({ id: 7, account: 'initech', repositories: ['open'] })
    await control(github, 'setRepositories', { installationId: 7, repositories: 'all' })
    await control(github, 'setPermissions', { installationId: 7, permissions: { issues: 'read' } })
    const { json } = await look(github, 'installations')
    expect(json.result.at(-1)).toMatchObject({
      id: 7,
      repositories: ['reports', 'open'],
      permissions: { issues: 'read', metadata: 'read' },
    })
  })

  test('make things fail, see what was hit, and stop it', async () => {
    const github = await startTestGitHub({ control: true })
    const fault = { path: { pattern: '^/me' }, times: 'always', error: 'BAD_CREDENTIALS' }
    const added = await control(github, 'fail', fault)
    expect(added.json).toEqual({ result: { id: 1, hits: 0 } })
    expect((await call(github, 'GET /meta')).json.message).toBe('Bad credentials')
    expect((await look(github, 'faults')).json.result).toEqual([
      { id: 1, hits: 1, remaining: 'always', fault },
    ])
    expect((await control(github, 'removeFault', { id: 1 })).json).toEqual({ result: true })
    expect((await call(github, 'GET /meta')).status).toBe(200)
    await control(github, 'fail', { mode: 'secondary-rate-limit' })
    expect((await control(github, 'clearFaults')).json).toEqual({ result: null })
    expect((await call(github, 'GET /meta')).status).toBe(200)
  })

  test('count requests', async () => {
    const github = await startTestGitHub({ control: true })
    await call(github, 'GET /meta')
    await call(github, 'GET /nowhere')
    expect((await look(github, 'count')).json.result).toBe(2)
    expect((await look(github, 'count?route=/meta&method=get')).json.result).toBe(1)
    expect((await look(github, 'count?status=404')).json.result).toBe(1)
    expect((await control(github, 'count', { status: 404 })).json.result).toBe(1)
    expect((await look(github, 'requests')).json.result).toMatchObject([
      { path: '/meta' },
      { path: '/nowhere' },
    ])
    expect((await look(github, 'mints')).json.result).toBe(0)
  })

  test('rotate keys: the new key is returned, and apps shows the first one', async () => {
    const github = await startTestGitHub({ control: true })
    const { json } = await control(github, 'addKey')
    expect((await control(github, 'deleteKey', { key: github.app.privateKeyFingerprint })).status).toBe(200)
    expect((await call(github, 'GET /app', { auth: appJwt(github) })).status).toBe(401)
    expect((await call(github, 'GET /app', { auth: appJwt(github, { key: json.result }) })).status).toBe(200)
    expect((await look(github, 'apps')).json.result).toEqual([{ ...github.app }])
  })

  test('add accounts, repositories and members, and rename them', async () => {
    const github = await startTestGitHub({ control: true })
    const steps: [string, unknown][] = [
      ['addAccount', { login: 'hooli', type: 'Organization' }],
      ['addAccount', { login: 'gavin', type: 'User' }],
      ['addMember', { organization: 'hooli', member: { login: 'gavin', role: 'admin' } }],
      ['addRepository', { owner: 'hooli', repository: { name: 'nucleus', private: true } }],
      ['install', { account: 'hooli' }],
      ['renameRepository', { fullName: 'hooli/nucleus', name: 'box' }],
      ['renameAccount', { login: 'hooli', newLogin: 'hooli-xyz' }],
      ['transferRepository', { fullName: 'hooli-xyz/box', owner: 'acme' }],
      ['setReplicationLag', { tokenMs: 5 }],
      ['requestInstallation', { account: 'initech', requester: 'gavin' }],
    ]
    for (const [name, body] of steps)
      expect((await control(github, name, body)).json).toHaveProperty('result')
    expect(github.installations[0]?.repositories).toContain('box')
    const token = await control(github, 'createPersonalAccessToken', { login: 'gavin' })
    expect(token.json.result).toMatch(/^ghp_/)
    expect((await control(github, 'revokeToken', { token: token.json.result })).json.result).toBe(true)
  })
})

describe('A client in any language can act for users, and', () => {
  test('let them sign in, allow an app, and take it back', async () => {
    const github = await startTestGitHub({ control: true })
    await control(github, 'addAccount', { login: 'octocat', type: 'User' })
    expect((await control(github, 'signIn', { login: 'octocat' })).json).toEqual({ result: null })
    expect((await control(github, 'signIn', { login: null })).json).toEqual({ result: null })
    const { json } = await control(github, 'authorize', { login: 'octocat', expiresInMs: 60_000 })
    const auth = json.result.accessToken
    expect((await call(github, 'GET /user', { auth })).json.login).toBe('octocat')
    expect((await control(github, 'revokeAuthorization', { login: 'octocat' })).json).toEqual({
      result: true,
    })
    expect((await call(github, 'GET /user', { auth })).status).toBe(401)
    for (const [name, body] of [
      ['approveDevice', { userCode: 'WDJB-MJHT', login: 'octocat' }],
      ['denyDevice', { userCode: 'WDJB-MJHT' }],
    ] as const)
      expect((await control(github, name, body)).status).toBe(422)
  })

  test('send webhooks, by hand or because something happened, spoil them and send them again', async () => {
    const { url, received } = await startReceiver()
    const github = await startTestGitHub({ control: true, app: { webhookUrl: url } })
    const sent = await control(github, 'deliver', { event: 'issues', payload: { a: 1 }, tamper: 'body' })
    expect(sent.json.result).toMatchObject({ status: 202, guid: received[0]?.headers['x-github-delivery'] })
    await control(github, 'failDeliveries', { fault: 'wrong-secret' })
    await control(github, 'ping', {})
    expect((await control(github, 'settled')).json).toEqual({ result: null })
    const { json } = await look(github, 'deliveries')
    expect(json.result.at(-1)).toMatchObject({ event: 'ping', statusCode: 202 })
    const again = await control(github, 'redeliver', { deliveryId: json.result.at(-1).id })
    expect(again.json.result).toMatchObject({ redelivery: true, guid: json.result.at(-1).guid })
  })
})

describe('The control API stands outside of what it controls:', () => {
  test('faults do not hit it, limits do not count it, the log does not have it', async () => {
    const github = await startTestGitHub({ control: true, rateLimit: { perHour: 1, enforced: true } })
    const fault = github.fail({ times: 'always', response: 'reset' })
    for (let request = 0; request < 3; request += 1) expect((await look(github, 'state')).status).toBe(200)
    expect([fault.hits, github.count(), github.requests]).toEqual([0, 0, []])
  })

  test('and neither User-Agent nor a credential is asked for', async () => {
    const github = await startTestGitHub({ control: true })
    const { host } = new URL(github.url)
    expect(await raw(github, { path: '/_simulator/state', headers: { host } })).toBe(200)
    const authorization = 'Bearer ghs_totally_bogus'
    expect(await raw(github, { path: '/_simulator/state', headers: { host, authorization } })).toBe(200)
  })
})
