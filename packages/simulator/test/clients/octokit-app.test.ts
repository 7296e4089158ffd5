import type { RequestListener } from 'node:http'
import { App, createNodeMiddleware, Octokit } from 'octokit'
import { describe, expect, test } from 'vitest'
import type { Simulator } from '../../src/index.ts'
import { ACCOUNTS, installationId, startTestGitHub } from '../support/test-github.ts'
import { open, press } from '../support/web-pages.ts'
import { listen } from '../support/webhook-receiver.ts'

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

// Octokit signs by the system clock, so these tests run on it as well.
function startInRealTime(callbackUrls: readonly string[] = []): Promise<Simulator> {
  return startTestGitHub({
    clock: { now: Date.now },
    app: { callbackUrls },
    accounts: [...ACCOUNTS, { login: 'octocat', type: 'User' }],
  })
}

function appFor({ app, url }: Simulator, mount = ''): App {
  return new App({
    appId: app.id,
    privateKey: app.privateKey,
    oauth: { clientId: app.clientId, clientSecret: app.clientSecret },
    webhooks: { secret: app.webhookSecret },
    log: SILENT,
    Octokit: Octokit.defaults({ baseUrl: url + mount, throttle: { enabled: false }, log: SILENT }),
  })
}

describe('The App of octokit works against it unchanged', () => {
  test.for(['', '/api/v3'])(
    'and visits every installation and every repository, below "%s"',
    async (mount) => {
      const github = await startInRealTime()
      const app = appFor(github, mount)
      const installations: unknown[] = []
      await app.eachInstallation(({ installation }) => {
        const { account } = installation
        installations.push(account !== null && 'login' in account ? account.login : undefined)
      })
      expect(installations.toSorted()).toEqual(['acme', 'globex'])
      const repositories: string[] = []
      await app.eachRepository(async ({ octokit, repository }) => {
        const [owner = '', repo = ''] = repository.full_name.split('/')
        repositories.push((await octokit.rest.repos.get({ owner, repo })).data.full_name)
      })
      expect(repositories.toSorted()).toEqual(['acme/api', 'acme/docs', 'acme/vault', 'globex/web'])
    },
  )

  test('and pages through more repositories than fit on a page', async () => {
    const github = await startInRealTime()
    for (let index = 0; index < 110; index += 1) github.addRepository('acme', { name: `extra-${index}` })
    const octokit = await appFor(github).getInstallationOctokit(installationId(github, 'acme'))
    const repositories = await octokit.paginate('GET /installation/repositories', { per_page: 50 })
    expect(repositories.length).toBe(113)
    expect(github.count('GET', '/installation/repositories')).toBe(3)
  })

  test('and reads files', async () => {
    const github = await startInRealTime()
    const octokit = await appFor(github).getInstallationOctokit(installationId(github, 'acme'))
    const place = { owner: 'acme', repo: 'api', path: 'README.md' }
    const { data } = await octokit.rest.repos.getContent(place)
    if (Array.isArray(data) || data.type !== 'file') throw new Error('not a file')
    expect(Buffer.from(data.content, 'base64').toString()).toBe('# api\n')
    const raw = await octokit.rest.repos.getContent({ ...place, mediaType: { format: 'raw' } })
    expect(raw.data).toBe('# api\n')
  })

  test('and signs users in with its own pages', async () => {
    let middleware: RequestListener = (_request, response) => response.writeHead(500).end()
    const home = await listen((request, response) => middleware(request, response))
    const github = await startInRealTime([`${home}/api/github/oauth/callback`])
    const app = appFor(github)
    const signedIn: string[] = []
    app.oauth.on('token.created', async ({ octokit }) => {
      signedIn.push((await octokit.rest.users.getAuthenticated()).data.login)
    })
    middleware = createNodeMiddleware(app)
    const login = await fetch(`${home}/api/github/oauth/login`, { redirect: 'manual' })
    const { origin, pathname, search } = new URL(login.headers.get('location') ?? '')
    expect(origin).toBe(github.url)
    const { location } = await press(github, await open(github, pathname + search), {
      authorize: '1',
      login: 'octocat',
    })
    const callback = await fetch(location ?? '')
    expect(callback.status).toBe(200)
    expect(signedIn).toEqual(['octocat'])
  })
})

describe('GraphQL through octokit', () => {
  test.for(['', '/api/v3'])('queries and mutates, below "%s"', async (mount) => {
    const github = await startInRealTime()
    const octokit = await appFor(github, mount).getInstallationOctokit(installationId(github, 'acme'))
    const { repository } = await octokit.graphql<{ repository: { issue: { id: string } } }>(
      'query ($owner: String!, $name: String!) { repository(owner: $owner, name: $name) { issue(number: 1) { id } } }',
      { owner: 'acme', name: 'api' },
    )
    await octokit.graphql(
      'mutation ($input: AddCommentInput!) { addComment(input: $input) { clientMutationId } }',
      {
        input: { subjectId: repository.issue.id, body: 'Hello from GraphQL' },
      },
    )
    const comments = await octokit.rest.issues.listComments({ owner: 'acme', repo: 'api', issue_number: 1 })
    expect(comments.data.map(({ body }) => body)).toEqual(['Hello from GraphQL'])
  })

  test('pages with the plugin that comes along', async () => {
    const github = await startInRealTime()
    const octokit = await appFor(github).getInstallationOctokit(installationId(github, 'acme'))
    for (const title of ['2', '3', '4', '5'])
      await octokit.rest.issues.create({ owner: 'acme', repo: 'api', title })
    const { repository } = await octokit.graphql.paginate<{
      repository: { issues: { nodes: { title: string }[] } }
    }>(`query paginate($cursor: String) {
      repository(owner: "acme", name: "api") {
        issues(first: 2, after: $cursor) { nodes { title } pageInfo { hasNextPage endCursor } }
      }
    }`)
    expect(repository.issues.nodes.map(({ title }) => title)).toEqual(['First', '2', '3', '4', '5'])
  })

  test('fails with the error of GitHub and what was found all the same', async () => {
    const github = await startInRealTime()
    const octokit = await appFor(github).getInstallationOctokit(installationId(github, 'acme'))
    await expect(
      octokit.graphql('{ viewer { login } repository(owner: "acme", name: "nope") { id } }'),
    ).rejects.toMatchObject({
      name: 'GraphqlResponseError',
      message: expect.stringContaining("Could not resolve to a Repository with the name 'acme/nope'."),
      errors: [{ type: 'NOT_FOUND', path: ['repository'] }],
      data: { viewer: { login: github.app.bot.login }, repository: null },
    })
  })
})
