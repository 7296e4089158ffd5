import { describe, expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { startOAuthGitHub } from './support/oauth.ts'
import { type Answer, call, installationId, tokenFor } from './support/test-github.ts'

function asUser(github: Simulator, login: string): { readonly auth: string } {
  return { auth: github.authorize({ login }).accessToken }
}

function asPerson(github: Simulator, login: string): { readonly auth: string } {
  return { auth: github.createPersonalAccessToken(login) }
}

function names(repositories: readonly { readonly full_name: string }[]): string[] {
  return repositories.map((repository) => repository.full_name)
}

async function idOf(github: Simulator, fullName: string): Promise<number> {
  return (await call(github, `GET /repos/${fullName}`, asPerson(github, 'octocat'))).json.id
}

describe('Users', () => {
  test('are told who they are; an installation and nobody are refused', async () => {
    const github = await startOAuthGitHub()
    expect((await call(github, 'GET /user', asUser(github, 'hubot'))).json).toMatchObject({ login: 'hubot' })
    expect(await call(github, 'GET /user', { auth: await tokenFor(github, 'acme') })).toMatchObject({
      status: 403,
      json: { message: 'Resource not accessible by integration' },
    })
    expect(await call(github, 'GET /user')).toMatchObject({
      status: 401,
      json: { message: 'Requires authentication' },
    })
  })

  test('have their organizations in the order in which these were made, also after a rename', async () => {
    const members = { octocat: 'member' } as const
    const accounts = ['one', 'two'].map((login) => ({ login, members, installation: {} }))
    const github = await startOAuthGitHub({ accounts })
    github.renameAccount('one', 'first')
    const { json } = await call(github, 'GET /user/orgs', asPerson(github, 'octocat'))
    expect(json.map(({ login }: { readonly login: string }) => login)).toEqual(['acme', 'first', 'two'])
  })

  test('show an app their addresses only when it may see them', async () => {
    const permissions = { email_addresses: 'read' }
    const accounts = [{ login: 'ann', type: 'User', email: 'ann@example.com' }] as const
    const [may, mayNot] = [
      await startOAuthGitHub({ app: { permissions }, accounts }),
      await startOAuthGitHub({ accounts }),
    ]
    const { json } = await call(may, 'GET /user/emails', asUser(may, 'ann'))
    expect(json[0]).toEqual({ email: 'ann@example.com', primary: true, verified: true, visibility: 'public' })
    expect((await call(mayNot, 'GET /user/emails', asUser(mayNot, 'ann'))).status).toBe(403)
    expect((await call(mayNot, 'GET /user/emails', asPerson(mayNot, 'ann'))).status).toBe(200)
  })

  test('list the repositories they have a role in; through an app, those it is installed on', async () => {
    const github = await startOAuthGitHub()
    github.addMember('initech', { login: 'octocat', role: 'admin' })
    const list = async (credential: { readonly auth: string }): Promise<string[]> =>
      names((await call(github, 'GET /user/repos', credential)).json)
    expect(await list(asPerson(github, 'octocat'))).toEqual([
      'acme/api',
      'acme/vault',
      'acme/docs',
      'initech/reports',
      'initech/open',
    ])
    expect(await list(asUser(github, 'octocat'))).toEqual(['acme/api', 'acme/vault', 'acme/docs'])
    expect(await list(asUser(github, 'stranger'))).toEqual([])
  })
})

describe('The installations of a user', () => {
  test('are those on the own account, by membership and by invitation, of this app alone', async () => {
    const github = await startOAuthGitHub({
      accounts: [
        { login: 'ann', type: 'User', installation: {} },
        { login: 'umbrella', repositories: [{ name: 'x', private: true, collaborators: { ann: 'read' } }] },
      ],
    })
    github.addMember('globex', { login: 'ann' })
    github.install({ account: 'umbrella' })
    github.install({ account: 'initech', app: 'other' })
    github.addMember('initech', { login: 'ann' })
    const { json } = await call(github, 'GET /user/installations', asUser(github, 'ann'))
    expect(json.total_count).toBe(3)
    const accounts = json.installations.map(({ account }: { account: { login: string } }) => account.login)
    expect(accounts.toSorted()).toEqual(['ann', 'globex', 'umbrella'])
    const page = await call(github, 'GET /user/installations?per_page=2&page=2', asUser(github, 'ann'))
    expect([page.json.total_count, page.json.installations.length]).toEqual([3, 1])
    expect(page.headers.get('link')).toContain('rel="prev"')
  })

  test('are refused to a personal access token, with GitHub’s words', async () => {
    const github = await startOAuthGitHub()
    expect(await call(github, 'GET /user/installations', asPerson(github, 'octocat'))).toMatchObject({
      status: 403,
      json: {
        message:
          'You must authenticate with an access token authorized to a GitHub App in order to list installations',
      },
    })
  })

  test('list the repositories that app and user share, with what the user may do in each', async () => {
    const github = await startOAuthGitHub()
    const endpoint = `GET /user/installations/${installationId(github, 'acme')}/repositories`
    github.setRepositories(installationId(github, 'acme'), ['api', 'docs'])
    const { json } = await call(github, endpoint, asUser(github, 'hubot'))
    expect(json).toMatchObject({ total_count: 2, repository_selection: 'selected' })
    expect(names(json.repositories)).toEqual(['acme/api', 'acme/docs'])
    const none = { admin: false, maintain: false, push: false, triage: false, pull: true }
    expect(json.repositories[0].permissions).toEqual(none)
    const owner = await call(github, endpoint, asUser(github, 'octocat'))
    expect(owner.json.repositories[0].permissions).toMatchObject({ admin: true, push: true })
    expect((await call(github, endpoint, asUser(github, 'stranger'))).status).toBe(404)
  })
})

describe('The repositories of an installation', () => {
  async function change(
    github: Simulator,
    method: string,
    { repository, ...credential }: { readonly repository: string | number; readonly auth: string },
  ): Promise<Answer> {
    const id = typeof repository === 'string' ? await idOf(github, repository) : repository
    const installation = installationId(github, 'acme')
    return call(github, `${method} /user/installations/${installation}/repositories/${id}`, credential)
  }

  test('are changed by an owner with a personal access token', async () => {
    const github = await startOAuthGitHub()
    github.setRepositories(installationId(github, 'acme'), ['api'])
    const owner = asPerson(github, 'octocat')
    const statuses = [
      await change(github, 'PUT', { repository: 'acme/vault', ...owner }),
      await change(github, 'PUT', { repository: 'acme/vault', ...owner }),
      await change(github, 'DELETE', { repository: 'acme/api', ...owner }),
      await change(github, 'DELETE', { repository: 'acme/api', ...owner }),
      await change(github, 'DELETE', { repository: 'acme/vault', ...owner }),
    ].map(({ status }) => status)
    expect(statuses).toEqual([204, 304, 204, 304, 422])
    expect(github.installations[0]?.repositories).toEqual(['vault'])
  })

  test.for(['PUT', 'DELETE'])(
    'are not changed by %s of anybody else, nor where they are not',
    async (method) => {
      const github = await startOAuthGitHub()
      github.setRepositories(installationId(github, 'acme'), ['api', 'docs'])
      const repository = method === 'PUT' ? 'acme/vault' : 'acme/api'
      const before = github.installations[0]?.repositories
      const statuses = [
        await change(github, method, { repository, ...asUser(github, 'octocat') }),
        await change(github, method, { repository, ...asPerson(github, 'hubot') }),
        await change(github, method, { repository, ...asPerson(github, 'stranger') }),
        await change(github, method, { repository: 1, ...asPerson(github, 'octocat') }),
        await change(github, method, { repository, auth: await tokenFor(github, 'acme') }),
        await change(github, method, { repository: 'initech/open', ...asPerson(github, 'octocat') }),
      ].map(({ status }) => status)
      expect(statuses).toEqual([403, 403, 404, 404, 403, 404])
      expect(github.installations[0]?.repositories).toEqual(before)
    },
  )

  test('cannot be taken from an installation on all of them', async () => {
    const github = await startOAuthGitHub()
    const owner = asPerson(github, 'octocat')
    expect((await change(github, 'DELETE', { repository: 'acme/api', ...owner })).status).toBe(422)
    expect((await change(github, 'PUT', { repository: 'acme/api', ...owner })).status).toBe(304)
  })
})

describe('An organization', () => {
  test('shows its private repositories to whom they exist for', async () => {
    const github = await startOAuthGitHub()
    const list = async (credential: { readonly auth?: string }): Promise<string[]> =>
      names((await call(github, 'GET /orgs/acme/repos', credential)).json)
    expect(await list({})).toEqual(['acme/docs'])
    expect(await list(asPerson(github, 'stranger'))).toEqual(['acme/docs'])
    expect(await list(asPerson(github, 'hubot'))).toEqual(['acme/api', 'acme/vault', 'acme/docs'])
    expect(await list({ auth: await tokenFor(github, 'acme', { repositories: ['api'] }) })).toEqual([
      'acme/api',
      'acme/docs',
    ])
    expect(await list({ auth: await tokenFor(github, 'globex') })).toEqual(['acme/docs'])
  })

  test('shows the apps installed on it to its owners, and to apps that may administer it', async () => {
    const permissions = { organization_administration: 'read' }
    const [may, mayNot] = [await startOAuthGitHub({ app: { permissions } }), await startOAuthGitHub()]
    may.install({ account: 'acme', app: 'other' })
    const status = async (github: Simulator, credential: { readonly auth?: string }): Promise<number> =>
      (await call(github, 'GET /orgs/acme/installations', credential)).status
    const { json } = await call(may, 'GET /orgs/acme/installations', asUser(may, 'octocat'))
    expect(json).toMatchObject({
      total_count: 2,
      installations: [{ app_slug: 'hubauth-test-app' }, { app_slug: 'other' }],
    })
    expect(await status(may, { auth: await tokenFor(may, 'acme') })).toBe(200)
    expect(
      await status(may, { auth: await tokenFor(may, 'acme', { permissions: { metadata: 'read' } }) }),
    ).toBe(403)
    expect(await status(may, asUser(may, 'hubot'))).toBe(403)
    expect(await status(mayNot, asPerson(mayNot, 'octocat'))).toBe(200)
    expect(await status(mayNot, asUser(mayNot, 'octocat'))).toBe(403)
    expect(await status(mayNot, { auth: await tokenFor(mayNot, 'globex') })).toBe(403)
    expect(await status(mayNot, {})).toBe(401)
  })
})
