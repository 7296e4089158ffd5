import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { call, startTestGitHub } from './support/test-github.ts'

/** acme: `ada` owns it, `max` is a member, `eve` was invited to `api` with write, `zoe` has nothing to do with it. */
function startCompany(): Promise<Simulator> {
  return startTestGitHub({
    accounts: [
      { login: 'zoe', type: 'User', repositories: [{ name: 'diary', private: true }] },
      {
        login: 'acme',
        members: { ada: 'admin', max: 'member' },
        repositories: [
          { name: 'api', private: true, collaborators: { eve: 'write' }, issues: [{ title: 'Help' }] },
          { name: 'docs', issues: [{ title: 'Typo' }] },
        ],
      },
    ],
  })
}

async function status(github: Simulator, login: string, endpoint: string): Promise<number> {
  const auth = github.createPersonalAccessToken(login)
  const body = endpoint.startsWith('POST') ? { body: { title: 'Hi' } } : {}
  return (await call(github, endpoint, { auth, ...body })).status
}

describe('What a user may do with a personal access token', () => {
  test.each([
    ['ada', 'GET /repos/acme/api', 200],
    ['max', 'GET /repos/acme/api', 200],
    ['eve', 'GET /repos/acme/api', 200],
    ['zoe', 'GET /repos/acme/api', 404],
    ['zoe', 'GET /repos/acme/api/issues/1', 404],
    ['zoe', 'GET /repos/acme/docs/issues', 200],
    ['max', 'POST /repos/acme/api/issues', 201],
    ['zoe', 'POST /repos/acme/docs/issues', 201],
    ['zoe', 'POST /repos/acme/api/issues', 404],
    ['zoe', 'GET /repos/zoe/diary', 200],
    ['ada', 'GET /repos/zoe/diary', 404],
  ])('%s: %s is %i', async (login, endpoint, expected) => {
    expect(await status(await startCompany(), login, endpoint)).toBe(expected)
  })

  test('An issue that a user opens is by that user, and through no app', async () => {
    const github = await startCompany()
    const auth = github.createPersonalAccessToken('max')
    const { json } = await call(github, 'POST /repos/acme/api/issues', { auth, body: { title: 'Hi' } })
    expect([json.user.login, json.performed_via_github_app]).toEqual(['max', null])
  })

  test('Answers say which scopes it has, and those to other tokens say nothing of scopes', async () => {
    const github = await startCompany()
    const auth = github.createPersonalAccessToken('max')
    const { headers } = await call(github, 'GET /user', { auth })
    expect(headers.get('x-oauth-scopes')).toBe('admin:org, repo, user')
    const { accessToken } = github.authorize({ login: 'max' })
    const other = await call(github, 'GET /user', { auth: accessToken })
    expect(other.headers.get('x-oauth-scopes')).toBeNull()
  })

  test('A revoked token is nobody', async () => {
    const github = await startCompany()
    const auth = github.createPersonalAccessToken('ada')
    expect(github.revokeToken(auth)).toBe(true)
    expect((await call(github, 'GET /repos/acme/docs', { auth })).status).toBe(401)
  })

  test('It neither signs an app in nor stands for an installation', async () => {
    const github = await startCompany()
    const auth = github.createPersonalAccessToken('ada')
    expect((await call(github, 'GET /app', { auth })).status).toBe(401)
    expect((await call(github, 'GET /installation/repositories', { auth })).status).toBe(403)
  })
})
