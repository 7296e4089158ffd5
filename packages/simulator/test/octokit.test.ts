import { createRequire } from 'node:module'
import { createAppAuth } from '@octokit/auth-app'
import { describe, expect, onTestFinished, test } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { PRIVATE_KEY } from './support/app-jwt.ts'
import { ACCOUNTS, installationId } from './support/test-github.ts'

type OctokitRequest = NonNullable<Parameters<typeof createAppAuth>[0]['request']>

// The very `@octokit/request` that the authentication strategy brings along.
const TRANSITIVE = '@octokit/request'
const require = createRequire(createRequire(import.meta.url).resolve('@octokit/auth-app'))
const { request }: { request: OctokitRequest } = await import(require.resolve(TRANSITIVE))

const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

// Octokit signs by the system clock, so these tests run on it as well.
async function startInRealTime(): Promise<Simulator> {
  const github = await startSimulator({ app: { privateKey: PRIVATE_KEY }, accounts: ACCOUNTS })
  onTestFinished(() => github.close())
  return github
}

function octokitFor(
  github: Simulator,
  options: { appId: number | string; installationId?: number; mount?: string },
) {
  const to = request.defaults({ baseUrl: github.url + (options.mount ?? '') })
  const auth = createAppAuth({ ...options, privateKey: github.app.privateKey, request: to, log: SILENT })
  return { auth, request: to.defaults({ request: { hook: auth.hook } }) }
}

describe('@octokit/auth-app works against it unchanged', () => {
  test.for(['app id', 'client id'] as const)('with the %s', async (kind) => {
    const github = await startInRealTime()
    const appId = kind === 'app id' ? github.app.id : github.app.clientId
    const octokit = octokitFor(github, { appId, installationId: installationId(github, 'acme') })
    const { data } = await octokit.request('GET /app')
    expect(data).toMatchObject({ slug: github.app.slug })
    const comment = await octokit.request('POST /repos/{owner}/{repo}/issues/{issue_number}/comments', {
      owner: 'acme',
      repo: 'api',
      issue_number: 1,
      body: 'Hello from Octokit',
    })
    expect(comment.data).toMatchObject({
      body: 'Hello from Octokit',
      user: { login: `${github.app.slug}[bot]`, type: 'Bot', id: github.app.bot.id },
      performed_via_github_app: { id: github.app.id },
    })
    expect(github.mints).toBe(1)
  })

  test('below /api/v3, as on GitHub Enterprise Server', async () => {
    const github = await startInRealTime()
    const octokit = octokitFor(github, {
      appId: github.app.id,
      installationId: installationId(github, 'acme'),
      mount: '/api/v3',
    })
    const { data } = await octokit.request('GET /installation/repositories')
    expect(data.repositories[0]?.url).toBe(`${github.url}/api/v3/repos/acme/api`)
  })

  test('and learns the clock from the Date header when its own is twenty minutes off', async () => {
    const github = await startInRealTime()
    github.advance(20 * 60_000)
    const octokit = octokitFor(github, { appId: github.app.id })
    expect((await octokit.request('GET /app')).status).toBe(200)
    expect(github.count({ route: '/app', status: 401 })).toBe(1)
  })

  test('and narrows a token', async () => {
    const github = await startInRealTime()
    const { auth } = octokitFor(github, {
      appId: github.app.id,
      installationId: installationId(github, 'acme'),
    })
    const { permissions, repositoryNames } = await auth({
      type: 'installation',
      repositoryNames: ['docs'],
      permissions: { issues: 'read' },
    })
    expect({ permissions, repositoryNames }).toEqual({
      permissions: { issues: 'read', metadata: 'read' },
      repositoryNames: ['docs'],
    })
  })

  test('and sees GitHub’s errors', async () => {
    const github = await startInRealTime()
    const { auth } = octokitFor(github, { appId: 999, installationId: 1 })
    await expect(auth({ type: 'installation' })).rejects.toThrow('Integration not found')
  })
})
