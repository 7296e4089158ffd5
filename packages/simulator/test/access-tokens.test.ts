import { describe, expect, test } from 'vitest'
import { appJwt, START_SECONDS } from './support/app-jwt.ts'
import { call, installationId, mint, startTestGitHub, tokenFor } from './support/test-github.ts'

const NOT_GRANTED = 'The permissions requested are not granted to this installation.'
const NOT_IN_INSTALLATION =
  'There is at least one repository that does not exist or is not accessible to the parent installation.'

describe('A minted token', () => {
  test('carries everything the installation has unless it is narrowed', async () => {
    const github = await startTestGitHub()
    const { status, json } = await mint(github, 'acme')
    expect(status).toBe(201)
    expect(json).toEqual({
      token: expect.stringMatching(/^ghs_/),
      expires_at: new Date((START_SECONDS + 3600) * 1000).toISOString().replace('.000', ''),
      permissions: { contents: 'write', issues: 'write', metadata: 'read', pull_requests: 'write' },
      repository_selection: 'all',
    })
    expect(github.mints).toBe(1)
  })

  test('lists the repositories it was narrowed to, by name in any case', async () => {
    const github = await startTestGitHub()
    const { json } = await mint(github, 'acme', { repositories: ['API', 'api'] })
    expect(json.repository_selection).toBe('selected')
    expect(json.repositories.map((repository: { full_name: string }) => repository.full_name)).toEqual([
      'acme/api',
    ])
  })

  test('can be narrowed by repository id', async () => {
    const github = await startTestGitHub()
    const id = (await mint(github, 'acme', { repositories: ['docs'] })).json.repositories[0].id
    const { json } = await mint(github, 'acme', { repository_ids: [id] })
    expect(json.repositories[0]).toMatchObject({ id, name: 'docs' })
  })

  test('carries only the permissions asked for, and the metadata that every token has', async () => {
    const github = await startTestGitHub()
    const { json } = await mint(github, 'acme', { permissions: { issues: 'read' } })
    expect(json.permissions).toEqual({ issues: 'read', metadata: 'read' })
  })

  test('is selected when its installation is', async () => {
    const github = await startTestGitHub()
    expect((await mint(github, 'globex')).json.repository_selection).toBe('selected')
  })

  test('can carry a permission at admin where GitHub has that level', async () => {
    const accounts = [{ login: 'acme', installation: { permissions: { organization_projects: 'admin' } } }]
    const github = await startTestGitHub({ accounts })
    expect((await mint(github, 'acme', { permissions: { organization_projects: 'admin' } })).status).toBe(201)
    expect((await mint(github, 'acme', { permissions: { organization_projects: 'write' } })).status).toBe(201)
  })
})

describe('A mint is refused', () => {
  test.for<[string, unknown, string]>([
    ['a permission is not granted', { permissions: { administration: 'read' } }, NOT_GRANTED],
    ['a permission is granted lower', { permissions: { issues: 'read', metadata: 'write' } }, NOT_GRANTED],
    ['a level does not exist for the permission', { permissions: { issues: 'admin' } }, NOT_GRANTED],
    ['a permission does not exist', { permissions: { telepathy: 'read' } }, NOT_GRANTED],
    [
      'a permission is named like an object’s own method',
      { permissions: { constructor: 'read' } },
      NOT_GRANTED,
    ],
    ['a level is not text', { permissions: { issues: 1 } }, NOT_GRANTED],
    ['a repository does not exist', { repositories: ['api', 'nope'] }, NOT_IN_INSTALLATION],
    ['a repository is named with its owner', { repositories: ['acme/api'] }, NOT_IN_INSTALLATION],
    ['a repository belongs to somebody else', { repositories: ['web'] }, NOT_IN_INSTALLATION],
    ['a repository id does not exist', { repository_ids: [1] }, NOT_IN_INSTALLATION],
    ['the list of repositories is empty', { repositories: [] }, NOT_IN_INSTALLATION],
    [
      'names and ids come together',
      { repositories: ['api'], repository_ids: [1] },
      'Invalid request.\n\nrepositories may not be specified if repository_ids is specified.',
    ],
    [
      'there are more than 500 repositories',
      { repositories: Array(501).fill('api') },
      'Too many repositories: an access token can be limited to at most 500 repositories.',
    ],
    [
      'repositories are not a list',
      { repositories: 'api' },
      'Invalid request.\n\nFor \'properties/repositories\', "api" is not an array.',
    ],
    [
      'a repository is not text',
      { repositories: [1] },
      "Invalid request.\n\nFor 'properties/repositories', 1 is not a string.",
    ],
    [
      'a repository id is text',
      { repository_ids: ['1'] },
      'Invalid request.\n\nFor \'properties/repository_ids\', "1" is not an integer.',
    ],
    [
      'permissions are a list',
      { permissions: ['issues'] },
      'Invalid request.\n\nFor \'properties/permissions\', ["issues"] is not an object.',
    ],
  ])('when %s', async ([, body, message]) => {
    const github = await startTestGitHub()
    const { status, json } = await mint(github, 'acme', body)
    expect(status).toBe(422)
    expect(json).toEqual({
      message,
      documentation_url:
        'https://docs.github.com/rest/apps/apps#create-an-installation-access-token-for-an-app',
      status: '422',
    })
    expect(github.mints).toBe(0)
  })

  test('when a repository of the account is not part of the installation', async () => {
    const github = await startTestGitHub()
    const { status, json } = await mint(github, 'globex', { repositories: ['hidden'] })
    expect([status, json.message]).toEqual([422, NOT_IN_INSTALLATION])
  })

  test.for<[string, string, string]>([
    ['is not JSON', '{"repositories": [', 'Problems parsing JSON'],
    ['is a list', '[]', 'Body should be a JSON object'],
    ['is null', 'null', 'Body should be a JSON object'],
    ['is text', '"api"', 'Body should be a JSON object'],
  ])('when the body %s', async ([, body, message]) => {
    const github = await startTestGitHub()
    const { status, json } = await mint(github, 'acme', body)
    expect([status, json.message]).toEqual([400, message])
    expect(github.mints).toBe(0)
  })

  test.for(['1', 'abc', '-1', '40000001.5', '40000001.0', '0x2625a01', '%2040000001'])(
    'when there is no installation %s',
    async (id) => {
      const github = await startTestGitHub()
      const { status, json } = await call(github, `POST /app/installations/${id}/access_tokens`, {
        auth: appJwt(github),
      })
      expect([status, json.message]).toEqual([404, 'Not Found'])
    },
  )

  test('when the installation is suspended', async () => {
    const github = await startTestGitHub()
    github.suspend(installationId(github, 'acme'))
    expect(await mint(github, 'acme')).toMatchObject({
      status: 403,
      json: {
        message: 'This installation has been suspended',
        documentation_url:
          'https://docs.github.com/rest/reference/apps#create-an-installation-access-token-for-an-app',
        status: '403',
      },
    })
  })
})

describe('The format of a token', () => {
  const STATELESS = /^ghs_1001001_ey[\w-]+\.ey[\w-]+\.[\w-]+$/
  const CLASSIC = /^ghs_[A-Za-z\d]{36}$/

  test('is stateless unless told otherwise: the app id and a JWT of about 520 characters', async () => {
    const github = await startTestGitHub()
    const token = await tokenFor(github, 'acme')
    expect(token).toMatch(STATELESS)
    expect(token.length).toBeGreaterThan(500)
    expect(token.length).toBeLessThan(540)
  })

  test('is 40 characters when classic is configured', async () => {
    const github = await startTestGitHub({ tokenFormat: 'classic' })
    expect(await tokenFor(github, 'acme')).toMatch(CLASSIC)
  })

  test.for([
    ['enabled', 'classic', STATELESS],
    ['disabled', 'stateless', CLASSIC],
  ] as const)('follows the request header when that says %s', async ([value, tokenFormat, pattern]) => {
    const github = await startTestGitHub({ tokenFormat })
    const headers = { 'X-GitHub-Stateless-S2S-Token': value }
    const id = installationId(github, 'acme')
    const { json } = await call(github, `POST /app/installations/${id}/access_tokens`, {
      auth: appJwt(github),
      headers,
    })
    expect(json.token).toMatch(pattern)
    expect((await call(github, 'GET /installation/repositories', { auth: json.token })).status).toBe(200)
  })
})
