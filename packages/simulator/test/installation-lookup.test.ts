import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { call, installationId, startTestGitHub, tokenFor } from './support/test-github.ts'

describe('An installation is found', () => {
  test.for([
    'GET /orgs/acme/installation',
    'GET /orgs/ACME/installation',
    'GET /users/acme/installation',
    'GET /repos/acme/api/installation',
    'GET /repos/Acme/API/installation',
    'GET /api/v3/orgs/acme/installation',
  ])('by %s', async (endpoint) => {
    const github = await startTestGitHub()
    const { status, json } = await call(github, endpoint, { auth: appJwt(github) })
    expect(status).toBe(200)
    expect(json).toMatchObject({
      id: installationId(github, 'acme'),
      account: { login: 'acme', type: 'Organization' },
      app_id: github.app.id,
      client_id: github.app.clientId,
      app_slug: github.app.slug,
      target_type: 'Organization',
      repository_selection: 'all',
      suspended_at: null,
      created_at: '2026-01-01T00:00:00Z',
    })
  })

  test('for a user, but not as an organization', async () => {
    const github = await startTestGitHub({ accounts: [{ login: 'bob', type: 'User', installation: {} }] })
    const auth = appJwt(github)
    expect((await call(github, 'GET /users/bob/installation', { auth })).json.target_type).toBe('User')
    expect((await call(github, 'GET /orgs/bob/installation', { auth })).status).toBe(404)
  })

  test('for an enterprise, whose account has a slug and no login', async () => {
    const github = await startTestGitHub({
      accounts: [{ login: 'mega', type: 'Enterprise', installation: {} }],
    })
    const { json } = await call(github, 'GET /enterprises/mega/installation', { auth: appJwt(github) })
    expect(json).toMatchObject({ target_type: 'Enterprise', account: { slug: 'mega' } })
    expect(json.account.login).toBeUndefined()
  })
})

describe('An installation is not found', () => {
  test.for([
    'GET /orgs/initech/installation',
    'GET /orgs/nobody/installation',
    'GET /users/nobody/installation',
    'GET /users/monalisa/installation',
    'GET /enterprises/acme/installation',
    'GET /repos/initech/reports/installation',
    'GET /repos/globex/hidden/installation',
    'GET /repos/acme/nope/installation',
    'GET /app/installations/1',
    'DELETE /app/installations/1',
    'PUT /app/installations/1/suspended',
  ])('by %s', async (endpoint) => {
    const github = await startTestGitHub()
    const { status, json } = await call(github, endpoint, { auth: appJwt(github) })
    expect([status, json.message, json.status]).toEqual([404, 'Not Found', '404'])
  })

  test.for(['GET /orgs/acme/installation', 'GET /repos/acme/api/installation', 'GET /app/installations'])(
    'without a JWT by %s',
    async (endpoint) => {
      const github = await startTestGitHub()
      expect((await call(github, endpoint)).status).toBe(401)
      expect((await call(github, endpoint, { auth: await tokenFor(github, 'acme') })).status).toBe(401)
    },
  )
})

describe('The list of installations', () => {
  const accounts = Array.from({ length: 65 }, (_, index) => ({ login: `org-${index}`, installation: {} }))

  test('comes in pages that link to each other', async () => {
    const github = await startTestGitHub({ accounts })
    const auth = appJwt(github)
    const first = await call(github, 'GET /app/installations', { auth })
    expect(first.json).toHaveLength(30)
    expect(first.headers.get('link')).toBe(
      `<${github.url}/app/installations?page=2>; rel="next", <${github.url}/app/installations?page=3>; rel="last"`,
    )
    const last = await call(github, 'GET /api/v3/app/installations?per_page=50&page=2', { auth })
    expect(last.json).toHaveLength(15)
    expect(last.headers.get('link')).toBe(
      `<${github.url}/api/v3/app/installations?per_page=50&page=1>; rel="prev", ` +
        `<${github.url}/api/v3/app/installations?per_page=50&page=1>; rel="first"`,
    )
  })

  test.for([
    ['per_page=1000', 65],
    ['per_page=100', 65],
    ['per_page=0', 30],
    ['per_page=junk&page=-3', 30],
    ['page=99', 0],
  ] as const)('answers %s with %i entries', async ([query, length]) => {
    const github = await startTestGitHub({ accounts })
    const { status, json } = await call(github, `GET /app/installations?${query}`, { auth: appJwt(github) })
    expect([status, json.length]).toEqual([200, length])
  })

  test('can be limited to what changed since', async () => {
    const github = await startTestGitHub()
    github.advance(60_000)
    github.suspend(installationId(github, 'globex'))
    const { json } = await call(github, 'GET /app/installations?since=2026-01-01T00:00:30Z', {
      auth: appJwt(github),
    })
    expect(json.map(({ account }: { account: { login: string } }) => account.login)).toEqual(['globex'])
  })
})

describe('A renamed repository', () => {
  test('redirects a lookup to its id, where the installation is found', async () => {
    const github = await startTestGitHub()
    const auth = appJwt(github)
    github.renameRepository('acme/api', 'api2')
    const moved = await call(github, 'GET /repos/acme/api/installation', { auth })
    const location = moved.headers.get('location') ?? ''
    expect([moved.status, moved.json.message, moved.json.url]).toEqual([301, 'Moved Permanently', location])
    expect(location).toMatch(new RegExp(`^${github.url}/repositories/\\d+/installation$`))
    expect((await call(github, `GET ${new URL(location).pathname}`, { auth })).json.id).toBe(
      installationId(github, 'acme'),
    )
    expect((await call(github, 'GET /repos/acme/api2/installation', { auth })).status).toBe(200)
  })

  test('redirects reads with 301 and writes with 307, and keeps its tokens', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme', { repositories: ['api'] })
    github.renameRepository('acme/api', 'api2')
    const read = await call(github, 'GET /repos/acme/api/issues?state=all', { auth })
    expect(read.status).toBe(301)
    const written = await fetch(`${github.url}/repos/acme/api/issues`, {
      method: 'POST',
      headers: { authorization: `Bearer ${auth}` },
      body: JSON.stringify({ title: 'Through the redirect' }),
    })
    expect([written.status, written.redirected]).toEqual([201, true])
    expect((await call(github, 'GET /repos/acme/api2/issues', { auth })).json[0].title).toBe(
      'Through the redirect',
    )
  })

  test('does not tell strangers where it went', async () => {
    const github = await startTestGitHub()
    github.renameRepository('acme/api', 'api2')
    expect((await call(github, 'GET /repos/acme/api')).status).toBe(404)
    expect(
      (await call(github, 'GET /repos/acme/api', { auth: await tokenFor(github, 'globex') })).status,
    ).toBe(404)
  })

  test('can be renamed back and forth', async () => {
    const github = await startTestGitHub()
    const auth = appJwt(github)
    github.renameRepository('acme/api', 'api2')
    github.renameRepository('acme/api2', 'api')
    expect((await call(github, 'GET /repos/acme/api/installation', { auth })).status).toBe(200)
    expect((await call(github, 'GET /repos/acme/api2/installation', { auth })).status).toBe(301)
  })
})

test('A renamed organization is found by its new login, and its repositories redirect', async () => {
  const github = await startTestGitHub()
  const auth = appJwt(github)
  const id = installationId(github, 'acme')
  github.renameAccount('acme', 'acme-corp')
  expect((await call(github, 'GET /orgs/acme-corp/installation', { auth })).json.id).toBe(id)
  expect((await call(github, 'GET /orgs/acme/installation', { auth })).status).toBe(404)
  expect((await call(github, 'GET /repos/acme/api/installation', { auth })).status).toBe(301)
  expect((await call(github, 'GET /repos/acme-corp/api/installation', { auth })).json.id).toBe(id)
})
