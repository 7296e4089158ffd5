import { describe, expect, test } from 'vitest'
import { PRIVATE_KEY } from './support/app-jwt.ts'
import { control, JSON_HEADERS, look, raw } from './support/control.ts'
import { call, startTestGitHub, tokenFor } from './support/test-github.ts'

describe('A mistake says where it is and what is allowed', () => {
  const mistakes: [string, unknown, string][] = [
    ['suspend', {}, 'installationId is missing'],
    ['suspend', { installationId: '7' }, 'installationId must be a positive integer, not "7"'],
    ['suspend', { installationId: 7 }, 'There is no installation 7'],
    ['suspend', { installation: 7 }, 'installation: no such option'],
    ['suspend', { instalationId: 7 }, 'instalationId: no such option; did you mean "installationId"?'],
    ['advance', { ms: null }, 'ms must be a number of milliseconds, not null'],
    ['advance', { ms: '1e999' }, 'ms must be a number of milliseconds, not "1e999"'],
    ['install', { account: 'nobody' }, 'There is no account "nobody"'],
    ['install', { account: 'initech', permissions: { issue: 'read' } }, 'did you mean "issues"?'],
    ['install', { account: 'initech', repositories: 'some' }, 'repositories must be all, not "some"'],
    ['addAccount', { login: 'a', installation: {} }, 'installation: no such option'],
    [
      'addAccount',
      { login: 'a', type: 'Bot' },
      'type must be one of User, Organization, Enterprise, not "Bot"',
    ],
    [
      'addRepository',
      { owner: 'acme', repository: { name: 'a/b' } },
      'repository.name: "a/b" is not a repository name',
    ],
    [
      'addRepository',
      { owner: 'acme', repository: { name: 'x', private: 'yes' } },
      'repository.private must be true or false, not "yes"',
    ],
    ['renameRepository', { fullName: 'acme', name: 'x' }, 'fullName: "acme" is not owner/name'],
    ['fail', { error: 'NOPE' }, 'error must be one of'],
    ['fail', { mode: 'suspended-at-mint' }, 'suspend(installationId)'],
    ['deleteKey', { key: 'SHA256:nope' }, 'no such key'],
    [
      'setPermissions',
      '{"installationId":7,"permissions":{"__proto__":"read"}}',
      '__proto__: Unknown permission',
    ],
    ['suspend', '{"__proto__":{"installationId":7}}', '__proto__: no such option'],
    ['suspend', '{"constructor":7}', 'constructor: no such option'],
  ]

  test.for(mistakes)('%s %j: %s', async ([name, body, message]) => {
    const github = await startTestGitHub({ control: true })
    const { status, json } = await control(github, name, body)
    expect([status, json]).toEqual([422, { error: expect.stringContaining(message) }])
  })

  test.for<[string, number]>([
    ['{', 400],
    ['[]', 400],
    ['null', 400],
    [`{"ms": ${'9'.repeat(2_000_000)}}`, 413],
    [`{"ms": ${'['.repeat(500_000)}}`, 400],
  ])('%#. what is no JSON object of a megabyte', async ([body, status]) => {
    const github = await startTestGitHub({ control: true })
    const answer = await control(github, 'advance', body)
    expect([answer.status, answer.json]).toEqual([status, { error: expect.any(String) }])
    expect((await look(github, 'state')).status).toBe(200)
  })

  test('and an unknown command gets the list of all', async () => {
    const github = await startTestGitHub({ control: true })
    for (const endpoint of [
      'POST /_simulator/explode',
      'GET /_simulator/explode',
      'POST /_simulator/toString',
    ]) {
      const { status, json } = await call(github, endpoint)
      expect([status, json.error]).toEqual([404, expect.stringContaining('There is no command')])
      expect(json.commands).toEqual(expect.arrayContaining(['POST suspend', 'GET apps', 'POST fail']))
    }
  })

  test.for([
    ['GET /_simulator/suspend', 'POST'],
    ['DELETE /_simulator/count', 'GET, POST'],
    ['POST /_simulator/apps', 'GET'],
  ])('and the wrong method gets the right one: %s', async ([endpoint, allow]) => {
    const github = await startTestGitHub({ control: true })
    const answer = await call(github, String(endpoint))
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow])
  })

  test('and no secret is in it', async () => {
    const github = await startTestGitHub({ control: true })
    const key = `${PRIVATE_KEY}junk`
    const bodies: [string, unknown][] = [
      ['deleteKey', { key }],
      ['deleteKey', { key: [key] }],
      ['revokeToken', { token: { token: key } }],
      ['advance', { ms: key }],
      ['install', { account: key }],
    ]
    const token = await tokenFor(github, 'acme')
    const misplaced = await control(github, 'suspend', { installationId: token })
    expect(misplaced.json.error).toBe('installationId must be a positive integer, not a secret')
    const unknown = await control(github, token)
    expect(unknown.json.error).toBe('There is no command a secret')
    for (const [name, body] of bodies) {
      const { json } = await control(github, name, body)
      expect(JSON.stringify(json)).not.toContain(PRIVATE_KEY.slice(40, 80))
    }
    for (const name of ['state', 'installations', 'requests', 'faults', '']) {
      const { json } = await look(github, name)
      expect(JSON.stringify(json)).not.toMatch(/PRIVATE KEY|[\da-f]{40}/)
    }
  })
})

describe('A web page of somebody else cannot drive the simulator', () => {
  const attempts: [string, Record<string, string>][] = [
    ['from its own origin', { origin: 'https://evil.example' }],
    ['from another port', { origin: 'http://127.0.0.1:1' }],
    ['from nowhere', { origin: 'null' }],
    ['as the browser says', { 'sec-fetch-site': 'cross-site' }],
    ['from a sibling', { 'sec-fetch-site': 'same-site' }],
    ['by a name of its own', { host: 'evil.example' }],
    ['by a name that begins well', { host: 'localhost.evil.example' }],
    ['by a name that looks like an address', { host: '127.0.0.1.evil.example' }],
    ['by a name with a trick', { host: 'localhost@evil.example' }],
  ]

  test.for(attempts)('%s', async ([, headers]) => {
    const github = await startTestGitHub({ control: true })
    const good = { host: new URL(github.url).host, ...JSON_HEADERS }
    for (const [method, path] of [
      ['GET', '/_simulator/apps'],
      ['POST', '/_simulator/clearFaults'],
      ['GET', '/_simulator/'],
    ] as const)
      expect(await raw(github, { method, path, headers: { ...good, ...headers } })).toBe(403)
  })

  test.for(['application/x-www-form-urlencoded', 'text/plain', 'multipart/form-data; boundary=x', ''])(
    'with a form of type "%s"',
    async (type) => {
      const github = await startTestGitHub({ control: true })
      const headers = { 'content-type': type }
      const { status } = await call(github, 'POST /_simulator/advance', { body: '{"ms":5000}', headers })
      expect([status, github.now]).toEqual([415, 1_767_225_600_000])
    },
  )

  test('but whoever is here can, by any name of this machine, and by the names that are allowed', async () => {
    const github = await startTestGitHub({ control: { hosts: ['github-simulator'] } })
    const { host, port } = new URL(github.url)
    for (const name of [
      host,
      `localhost:${port}`,
      `[::1]:${port}`,
      'api.localhost',
      '10.0.0.7:80',
      'GitHub-Simulator',
    ])
      expect(await raw(github, { path: '/_simulator/state', headers: { host: name } })).toBe(200)
    const own = { host, origin: github.url, 'sec-fetch-site': 'same-origin' }
    expect(await raw(github, { path: '/_simulator/state', headers: own })).toBe(200)
  })
})
