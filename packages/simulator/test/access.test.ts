import { describe, expect, test } from 'vitest'
import { appJwt } from './support/app-jwt.ts'
import { call, installationId, startTestGitHub, tokenFor } from './support/test-github.ts'

const COMMENTS = '/repos/acme/api/issues/1/comments'

describe('A private repository', () => {
  test.for<[string, string, string, unknown]>([
    ['of another account', 'globex', 'GET /repos/acme/api', undefined],
    ['outside the installation', 'globex', 'GET /repos/globex/hidden', undefined],
    ['outside the token', 'acme', 'GET /repos/acme/vault', { repositories: ['api'] }],
    ['of an account without the app', 'acme', 'GET /repos/initech/reports', undefined],
    [
      'outside the token, when written to',
      'acme',
      'POST /repos/acme/vault/issues',
      { repositories: ['api'] },
    ],
    ['that does not exist', 'acme', 'GET /repos/acme/nope', undefined],
  ])('%s does not exist', async ([, account, endpoint, body]) => {
    const github = await startTestGitHub()
    const answer = await call(github, endpoint, { auth: await tokenFor(github, account, body) })
    expect([answer.status, answer.json.message, answer.json.status]).toEqual([404, 'Not Found', '404'])
  })

  test('does not exist for anybody without a token', async () => {
    const github = await startTestGitHub()
    expect((await call(github, 'GET /repos/acme/api')).status).toBe(404)
    expect((await call(github, 'GET /repos/acme/api', { auth: appJwt(github) })).status).toBe(404)
  })

  test('is found in any case', async () => {
    const github = await startTestGitHub()
    const answer = await call(github, 'GET /repos/ACME/Api', { auth: await tokenFor(github, 'acme') })
    expect([answer.status, answer.json.full_name]).toEqual([200, 'acme/api'])
  })
})

describe('A public repository', () => {
  test.for([
    'GET /repos/acme/docs',
    'GET /repos/acme/docs/issues',
    'GET /repos/acme/docs/issues/1',
    'GET /repos/acme/docs/issues/1/comments',
  ])('can be read by anyone: %s', async (endpoint) => {
    const github = await startTestGitHub()
    expect((await call(github, endpoint)).status).toBe(200)
    expect((await call(github, endpoint, { auth: await tokenFor(github, 'globex') })).status).toBe(200)
  })

  test('cannot be written to by a token that does not cover it', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    const answer = await call(github, 'POST /repos/initech/open/issues/1/comments', {
      auth,
      body: { body: 'Hi' },
    })
    expect([answer.status, answer.json.message]).toEqual([403, 'Resource not accessible by integration'])
  })

  test('cannot be written to without authentication, nor with a JWT', async () => {
    const github = await startTestGitHub()
    const anonymous = await call(github, 'POST /repos/acme/docs/issues', { body: { title: 'Hi' } })
    expect([anonymous.status, anonymous.json.message]).toEqual([401, 'Requires authentication'])
    const app = await call(github, 'POST /repos/acme/docs/issues', {
      auth: appJwt(github),
      body: { title: 'Hi' },
    })
    expect([app.status, app.json.message]).toEqual([403, 'Resource not accessible by integration'])
  })
})

describe('A permission that is missing is a 403 that names it', () => {
  test('when a comment needs write and the token has read', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme', { permissions: { issues: 'read' } })
    expect((await call(github, `GET ${COMMENTS}`, { auth })).status).toBe(200)
    const answer = await call(github, `POST ${COMMENTS}`, { auth, body: { body: 'Hi' } })
    expect(answer).toMatchObject({
      status: 403,
      json: {
        message: 'Resource not accessible by integration',
        documentation_url: 'https://docs.github.com/rest/issues/comments#create-an-issue-comment',
        status: '403',
      },
    })
    expect(answer.headers.get('x-accepted-github-permissions')).toBe('issues=write')
  })

  test('when reading issues of a private repository takes more than metadata', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme', { permissions: { contents: 'write' } })
    const answer = await call(github, 'GET /repos/acme/api/issues', { auth })
    expect(answer.status).toBe(403)
    expect(answer.headers.get('x-accepted-github-permissions')).toBe('issues=read')
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(200)
  })

  test('and successes name what they needed as well', async () => {
    const github = await startTestGitHub()
    const answer = await call(github, 'GET /repos/acme/api', { auth: await tokenFor(github, 'acme') })
    expect(answer.headers.get('x-accepted-github-permissions')).toBe('metadata=read')
  })
})

describe('A token loses what its installation loses', () => {
  test('a permission', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme')
    github.setPermissions(installationId(github, 'acme'), { issues: 'read' })
    expect((await call(github, `POST ${COMMENTS}`, { auth, body: { body: 'Hi' } })).status).toBe(403)
  })

  test('a repository, even one it was narrowed to', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'acme', { repositories: ['api'] })
    github.setRepositories(installationId(github, 'acme'), ['docs'])
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(404)
    github.setRepositories(installationId(github, 'acme'), 'all')
    expect((await call(github, 'GET /repos/acme/api', { auth })).status).toBe(200)
  })

  test('and never gains a permission it was minted without', async () => {
    const github = await startTestGitHub()
    const auth = await tokenFor(github, 'globex')
    github.setPermissions(installationId(github, 'globex'), { issues: 'write' })
    expect(
      (await call(github, 'POST /repos/globex/web/issues', { auth, body: { title: 'Hi' } })).status,
    ).toBe(403)
  })
})

describe('The repositories of an installation', () => {
  test('are listed as far as the token reaches', async () => {
    const github = await startTestGitHub()
    const names = async (account: string, body?: unknown): Promise<string[]> => {
      const { json } = await call(github, 'GET /installation/repositories', {
        auth: await tokenFor(github, account, body),
      })
      expect(json.total_count).toBe(json.repositories.length)
      return json.repositories.map(({ name }: { name: string }) => name)
    }
    expect(await names('acme')).toEqual(['api', 'vault', 'docs'])
    expect(await names('acme', { repositories: ['docs', 'api'] })).toEqual(['api', 'docs'])
    expect(await names('globex')).toEqual(['web'])
  })

  test('cannot be listed with a JWT or with nothing', async () => {
    const github = await startTestGitHub()
    const message =
      'You must authenticate with an installation access token in order to list repositories for an installation.'
    const app = await call(github, 'GET /installation/repositories', { auth: appJwt(github) })
    expect([app.status, app.json.message]).toEqual([403, message])
    const anonymous = await call(github, 'GET /installation/repositories')
    expect([anonymous.status, anonymous.json.message]).toEqual([401, 'Requires authentication'])
  })
})
