import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { exchange, startOAuthGitHub } from './support/oauth.ts'
import { type Answer, call } from './support/test-github.ts'

/** Calls an endpoint below `/applications/:client_id` as an app; the app under test when none is named. */
function asClient(
  github: Simulator,
  endpoint: string,
  { body, app = 0 }: { readonly body: unknown; readonly app?: number },
): Promise<Answer> {
  const { clientId, clientSecret } = github.apps[app] ?? github.app
  const [method, path] = endpoint.split(' ')
  const authorization = `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
  return call(github, `${method} /applications/${clientId}${path}`, { headers: { authorization }, body })
}

async function statusOf(github: Simulator, auth: string): Promise<number> {
  return (await call(github, 'GET /user', { auth })).status
}

async function refreshed(github: Simulator, refreshToken: string | undefined): Promise<unknown> {
  return (await exchange(github, { grant_type: 'refresh_token', refresh_token: refreshToken ?? '' })).error
}

describe('An app that checks a token', () => {
  test('learns whose it is and until when it is good', async () => {
    const github = await startOAuthGitHub()
    const { accessToken } = github.authorize({ login: 'octocat' })
    const { status, json } = await asClient(github, 'POST /token', { body: { access_token: accessToken } })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      token: accessToken,
      token_last_eight: accessToken.slice(-8),
      hashed_token: createHash('sha256').update(accessToken).digest('hex'),
      app: { client_id: github.app.clientId, name: 'hubauth-test-app' },
      user: { login: 'octocat' },
      installation: null,
      expires_at: '2026-01-01T08:00:00Z',
    })
  })

  test('learns that one does not expire', async () => {
    const github = await startOAuthGitHub({ app: { expiringUserTokens: false } })
    const { accessToken } = github.authorize({ login: 'octocat' })
    const { json } = await asClient(github, 'POST /token', { body: { access_token: accessToken } })
    expect(json.expires_at).toBeNull()
  })
})

describe.for(['POST /token', 'PATCH /token', 'DELETE /token', 'DELETE /grant', 'POST /token/scoped'])(
  'With %s',
  (endpoint) => {
    test('a token that is unknown, expired, personal or another app’s is a 404', async () => {
      const github = await startOAuthGitHub()
      const { accessToken: expired } = github.authorize({ login: 'octocat', expiresInMs: 1_000 })
      github.advance(1_000)
      const others = github.authorize({ login: 'octocat', app: 'other' })
      const { refreshToken } = github.authorize({ login: 'octocat' })
      const personal = github.createPersonalAccessToken('octocat')
      for (const token of ['ghu_unknown', expired, others.accessToken, refreshToken, personal]) {
        const body = { access_token: token, target: 'acme' }
        expect((await asClient(github, endpoint, { body })).status).toBe(404)
      }
      expect(await statusOf(github, others.accessToken)).toBe(200)
      expect(await statusOf(github, personal)).toBe(200)
    })

    test.for([{}, { access_token: 1 }, { access_token: null }, { access_token: '' }])(
      'the body %j is a 422',
      async (body) => {
        const github = await startOAuthGitHub()
        expect((await asClient(github, endpoint, { body })).status).toBe(422)
      },
    )

    test('nobody but the app itself is let in', async () => {
      const github = await startOAuthGitHub()
      const { accessToken } = github.authorize({ login: 'octocat' })
      const [method, path] = endpoint.split(' ')
      const address = `${method} /applications/${github.app.clientId}${path}`
      const body = { access_token: accessToken, target: 'acme' }
      const other = github.apps[1]
      const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` })
      expect((await call(github, address, { body })).status).toBe(401)
      expect((await call(github, address, { body, auth: accessToken })).status).toBe(404)
      const wrong = basic(`${github.app.clientId}:wrong`)
      expect((await call(github, address, { body, headers: wrong })).status).toBe(401)
      const stranger = basic(`${other?.clientId}:${other?.clientSecret}`)
      expect((await call(github, address, { body, headers: stranger })).status).toBe(404)
      expect(await statusOf(github, accessToken)).toBe(200)
    })
  },
)

describe('An app that', () => {
  test('resets a token gets another one; the old one is dead, its refresh token ends the new one', async () => {
    const github = await startOAuthGitHub()
    const { accessToken, refreshToken } = github.authorize({ login: 'octocat' })
    const { status, json } = await asClient(github, 'PATCH /token', { body: { access_token: accessToken } })
    expect(status).toBe(200)
    expect(json.token).toMatch(/^ghu_/)
    expect([await statusOf(github, accessToken), await statusOf(github, json.token)]).toEqual([401, 200])
    expect(await refreshed(github, refreshToken)).toBeUndefined()
    expect(await statusOf(github, json.token)).toBe(401)
  })

  test('deletes a token ends that one and its refresh token, and no other', async () => {
    const github = await startOAuthGitHub()
    const [first, second] = [github.authorize({ login: 'octocat' }), github.authorize({ login: 'octocat' })]
    const { status } = await asClient(github, 'DELETE /token', { body: { access_token: first.accessToken } })
    expect(status).toBe(204)
    expect([await statusOf(github, first.accessToken), await statusOf(github, second.accessToken)]).toEqual([
      401, 200,
    ])
    expect(await refreshed(github, first.refreshToken)).toBe('bad_refresh_token')
    expect(await refreshed(github, second.refreshToken)).toBeUndefined()
  })

  test('deletes a grant ends everything it has for that user, and nothing else', async () => {
    const github = await startOAuthGitHub()
    const [first, second] = [github.authorize({ login: 'octocat' }), github.authorize({ login: 'octocat' })]
    const kept = [
      github.authorize({ login: 'hubot' }).accessToken,
      github.authorize({ login: 'octocat', app: 'other' }).accessToken,
      github.createPersonalAccessToken('octocat'),
    ]
    const { status } = await asClient(github, 'DELETE /grant', { body: { access_token: first.accessToken } })
    expect(status).toBe(204)
    for (const { accessToken, refreshToken } of [first, second]) {
      expect(await statusOf(github, accessToken)).toBe(401)
      expect(await refreshed(github, refreshToken)).toBe('bad_refresh_token')
    }
    for (const token of kept) expect(await statusOf(github, token)).toBe(200)
  })
})

describe('A scoped token', () => {
  async function scoped(github: Simulator, body: Readonly<Record<string, unknown>>): Promise<Answer> {
    const { accessToken } = github.authorize({ login: 'octocat' })
    return asClient(github, 'POST /token/scoped', { body: { access_token: accessToken, ...body } })
  }

  test('reaches the repositories and has the permissions it was narrowed to, and says so', async () => {
    const github = await startOAuthGitHub()
    const { status, json } = await scoped(github, {
      target: 'ACME',
      repositories: ['api'],
      permissions: { issues: 'read' },
    })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      installation: {
        account: { login: 'acme' },
        repository_selection: 'selected',
        permissions: { issues: 'read', metadata: 'read' },
      },
      expires_at: '2026-01-01T08:00:00Z',
    })
    const auth = json.token
    const statuses = [
      await call(github, 'GET /repos/acme/api/issues', { auth }),
      await call(github, 'POST /repos/acme/api/issues', { auth, body: { title: 'x' } }),
      await call(github, 'GET /repos/acme/vault', { auth }),
    ].map((answer) => answer.status)
    expect(statuses).toEqual([200, 403, 404])
    const checked = await asClient(github, 'POST /token', { body: { access_token: auth } })
    expect(checked.json.installation).toEqual(json.installation)
  })

  test('lists the one account and the repositories that it reaches', async () => {
    const github = await startOAuthGitHub()
    github.addMember('globex', { login: 'octocat' })
    const auth = (await scoped(github, { target: 'acme', repositories: ['api'] })).json.token
    const { json } = await call(github, 'GET /user/installations', { auth })
    expect(json.total_count).toBe(1)
    const id = json.installations[0].id
    const list = await call(github, `GET /user/installations/${id}/repositories`, { auth })
    expect(list.json.repositories.map(({ name }: { name: string }) => name)).toEqual(['api'])
  })

  test.for<[string, Readonly<Record<string, unknown>>, number]>([
    ['no target', {}, 422],
    ['a target that is not text', { target: 1 }, 422],
    ['a target id that is text', { target_id: '1' }, 422],
    ['a target and the id of another', { target: 'acme', target_id: 1 }, 404],
    ['a target that does not exist', { target: 'nope' }, 404],
    ['a target without the app', { target: 'initech' }, 404],
    ['a target the user has nothing to do with', { target: 'globex' }, 404],
    ['repositories and ids', { target: 'acme', repositories: ['api'], repository_ids: [1] }, 422],
    ['a repository that is not there', { target: 'acme', repositories: ['nope'] }, 422],
    ['no repositories at all', { target: 'acme', repositories: [] }, 422],
    ['a permission that the app does not have', { target: 'acme', permissions: { checks: 'read' } }, 422],
    ['a permission that does not exist', { target: 'acme', permissions: { x: 'read' } }, 422],
  ])('is not made for %s', async ([, body, status]) => {
    const github = await startOAuthGitHub()
    expect((await scoped(github, body)).status).toBe(status)
  })

  test('is not made of a scoped token', async () => {
    const github = await startOAuthGitHub()
    const { json } = await scoped(github, { target: 'acme' })
    const body = { access_token: json.token, target: 'acme' }
    expect((await asClient(github, 'POST /token/scoped', { body })).status).toBe(422)
  })

  test('is not made for a suspended installation, nor for a repository the user cannot see', async () => {
    const github = await startOAuthGitHub({
      accounts: [
        {
          login: 'umbrella',
          repositories: [
            { name: 'seen', private: true, collaborators: { octocat: 'read' } },
            { name: 'unseen', private: true },
          ],
          installation: {},
        },
      ],
    })
    expect((await scoped(github, { target: 'umbrella', repositories: ['seen'] })).status).toBe(200)
    expect((await scoped(github, { target: 'umbrella', repositories: ['unseen'] })).status).toBe(422)
    github.suspend(github.installations.find(({ account }) => account === 'umbrella')?.id ?? 0)
    expect((await scoped(github, { target: 'umbrella' })).status).toBe(403)
  })
})

describe('Credentials that somebody found', () => {
  const REVOKE = 'POST /credentials/revoke'

  test('are revoked by anybody, whatever kind of user’s token they are', async () => {
    const github = await startOAuthGitHub()
    const [found, kept] = [github.authorize({ login: 'octocat' }), github.authorize({ login: 'octocat' })]
    const personal = github.createPersonalAccessToken('octocat')
    const credentials = [found.accessToken, personal, kept.refreshToken, 'ghp_unknown', '']
    expect(await call(github, REVOKE, { body: { credentials } })).toMatchObject({ status: 202, json: {} })
    expect(await statusOf(github, found.accessToken)).toBe(401)
    expect(await statusOf(github, personal)).toBe(401)
    expect(await refreshed(github, found.refreshToken)).toBe('bad_refresh_token')
    expect(await statusOf(github, kept.accessToken)).toBe(200)
    expect(await refreshed(github, kept.refreshToken)).toBe('bad_refresh_token')
  })

  test.for([
    ['none', {}],
    ['an empty list', { credentials: [] }],
    ['more than a thousand', { credentials: Array(1_001).fill('x') }],
    ['no list', { credentials: 'ghp_secret' }],
    ['something that is not text', { credentials: [1] }],
  ] as const)('are a 422 that does not repeat them when they are %s', async ([, body]) => {
    const github = await startOAuthGitHub()
    const { status, json } = await call(github, REVOKE, { body })
    expect(status).toBe(422)
    expect(JSON.stringify(json)).not.toContain('ghp_secret')
  })

  test('are revoked a thousand at a time, and only without authentication', async () => {
    const github = await startOAuthGitHub()
    const body = { credentials: Array(1_000).fill('x') }
    expect((await call(github, REVOKE, { body })).status).toBe(202)
    const { accessToken } = github.authorize({ login: 'octocat' })
    expect((await call(github, REVOKE, { body, auth: accessToken })).status).toBe(403)
  })
})
