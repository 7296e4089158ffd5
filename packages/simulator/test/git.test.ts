import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { Simulator } from '../src/index.ts'
import { appJwt } from './support/app-jwt.ts'
import { credentialHelper, describeGit, gitClient, withToken } from './support/git.ts'
import { call, installationId, startTestGitHub, tokenFor } from './support/test-github.ts'

/** The address of a repository of acme, with a token in it. */
async function urlFor(github: Simulator, repository: string, body?: unknown): Promise<string> {
  const token = await tokenFor(github, 'acme', body)
  return withToken(`${github.url}/${repository}`, token)
}

describeGit('git clone', () => {
  test.for(['stateless', 'classic'] as const)(
    'works with a %s token on a private repository',
    async (tokenFormat) => {
      const github = await startTestGitHub({ tokenFormat })
      const git = await gitClient()
      const token = await tokenFor(github, 'acme')
      expect(token.length > 500).toBe(tokenFormat === 'stateless')
      await git.ok('clone', '-q', withToken(`${github.url}/acme/api.git`, token), 'api')
      expect(await readFile(join(git.home, 'api/README.md'), 'utf8')).toBe('# api\n')
      expect(await git.ok('-C', 'api', 'log', '--format=%an %aI %s %D')).toMatch(
        /^acme 2026-01-01T00:00:00(?:Z|\+00:00) Initial commit HEAD -> main/,
      )
    },
  )

  test.for(['acme/api', 'ACME/Api.git', 'acme/api/', 'acme/api.git/'])('finds %s', async (address) => {
    const github = await startTestGitHub()
    const git = await gitClient()
    expect(await git.ok('ls-remote', await urlFor(github, address), 'HEAD')).toMatch(/^[\da-f]{40}\tHEAD$/)
  })

  test('takes a public repository without any credential', async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    await git.ok('clone', '-q', '--depth=1', `${github.url}/acme/docs`, 'docs')
    await git.ok('clone', '-q', '--filter=blob:none', `${github.url}/acme/docs`, 'partial')
  })

  test('takes a public repository with a token that has no contents permission, as GitHub allows', async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    await git.ok('ls-remote', await urlFor(github, 'acme/docs', { permissions: { issues: 'read' } }))
    await git.ok('ls-remote', withToken(`${github.url}/acme/docs`, await tokenFor(github, 'globex')))
  })

  test('has the files the repository was given', async () => {
    const files = { 'src/a b.txt': 'ä\n', 'src/"quoted"': '', '.github/workflows/ci.yml': 'on: push\n' }
    const accounts = [
      {
        login: 'acme',
        repositories: [
          { name: 'api', files },
          { name: 'empty', files: {} },
        ],
      },
    ]
    const github = await startTestGitHub({ accounts })
    const git = await gitClient()
    await git.ok('clone', '-q', `${github.url}/acme/api`, 'api')
    for (const [path, text] of Object.entries(files))
      expect(await readFile(join(git.home, 'api', path), 'utf8')).toBe(text)
    expect(await git.ok('ls-remote', `${github.url}/acme/empty`)).toBe('')
  })

  test('follows a repository that was renamed', async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    const url = await urlFor(github, 'acme/api.git')
    github.renameRepository('acme/api', 'server')
    const { code, stderr } = await git.run('clone', url, 'api')
    expect([code, stderr]).toEqual([
      0,
      expect.stringContaining(`redirecting to ${github.url}/acme/server.git/`),
    ])
    await git.commit('api', 'new.txt', 'new')
    await git.ok('-C', 'api', 'push', '-q')
    github.renameAccount('acme', 'ajax')
    await git.ok('ls-remote', url)
  })

  test('is for the web host, not below the API', async () => {
    const github = await startTestGitHub()
    const path = 'acme/docs/info/refs?service=git-upload-pack'
    expect((await call(github, `GET /${path}`)).status).toBe(200)
    expect((await call(github, `GET /api/v3/${path}`)).status).toBe(404)
    expect((await call(github, 'GET /acme/docs/objects/info/packs')).status).toBe(404)
    expect((await call(github, 'GET /acme/docs/../../info/refs')).status).toBe(404)
  })

  test('fails as a fault makes it fail', async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    github.fail({ route: '/:owner/:repository/info/refs', response: { status: 503 } })
    const { stderr } = await git.run('ls-remote', `${github.url}/acme/docs`)
    expect(stderr).toContain('The requested URL returned error: 503')
    await git.ok('ls-remote', `${github.url}/acme/docs`)
  })

  test.for([1, 2])('speaks version %i of the protocol', async (version) => {
    const github = await startTestGitHub()
    const git = await gitClient({ GIT_TRACE_PACKET: '1' })
    const args = ['-c', `protocol.version=${version}`, 'ls-remote', `${github.url}/acme/docs`]
    expect((await git.run(...args)).stderr).toContain(`< version ${version}`)
  })
})

describeGit('git says what GitHub says', () => {
  const refused = async (github: Simulator, url: string): Promise<string> =>
    (await (await gitClient()).run('ls-remote', url)).stderr.replaceAll(github.url, '')

  test('about a repository that is not there, or not for this token', async () => {
    const github = await startTestGitHub()
    const repositories = ['acme/nothing', 'nobody/api', 'initech/reports']
    for (const repository of repositories) {
      const url = withToken(`${github.url}/${repository}`, await tokenFor(github, 'acme'))
      expect(await refused(github, url)).toBe(
        `remote: Repository not found.\nfatal: repository '/${repository}/' not found\n`,
      )
    }
    const narrow = await urlFor(github, 'acme/vault', { repositories: ['api'] })
    expect(await refused(github, narrow)).toContain('remote: Repository not found.')
  })

  /** @see https://github.com/Azure/login/issues/169 */
  test('about a private repository that the token covers without contents permission', async () => {
    const github = await startTestGitHub()
    const url = await urlFor(github, 'acme/api', { permissions: { issues: 'read' } })
    expect(await refused(github, url)).toContain('remote: Repository not found.')
  })

  test('about tokens that are unknown, expired, revoked, or no tokens of git', async () => {
    const github = await startTestGitHub()
    const token = await tokenFor(github, 'acme')
    const revoked = await tokenFor(github, 'acme')
    github.revokeToken(revoked)
    const { clientId, clientSecret } = github.app
    const urls = [
      withToken(`${github.url}/acme/api`, 'ghs_unknown'),
      withToken(`${github.url}/acme/api`, revoked),
      withToken(`${github.url}/acme/api`, clientSecret, clientId),
      withToken(`${github.url}/acme/api`, appJwt(github)),
      withToken(`${github.url}/acme/api`, token),
    ]
    github.advance(3_600_000)
    for (const url of urls) {
      expect(await refused(github, url)).toContain(
        'remote: Invalid username or token. Password authentication is not supported for Git operations.\nfatal: Authentication failed for',
      )
    }
  })

  test('to a client without a credential: who are you', async () => {
    const github = await startTestGitHub()
    for (const repository of ['acme/api', 'acme/nothing']) {
      expect(await refused(github, `${github.url}/${repository}`)).toContain('could not read Username')
    }
  })

  test('about a suspended installation', async () => {
    const github = await startTestGitHub()
    const url = await urlFor(github, 'acme/api')
    github.suspend(installationId(github, 'acme'))
    expect(await refused(github, url)).toContain('suspended your access')
  })
})

describeGit('git push', () => {
  test('arrives, and everybody else fetches it', async () => {
    const github = await startTestGitHub()
    const [ada, bob] = [await gitClient(), await gitClient()]
    await ada.ok('clone', '-q', await urlFor(github, 'acme/api'), 'api')
    await bob.ok('clone', '-q', await urlFor(github, 'acme/api'), 'api')
    const id = await ada.commit('api', 'new.txt', 'new')
    await ada.ok('-C', 'api', 'push', '-q')
    await bob.ok('-C', 'api', 'pull', '-q')
    expect(await bob.ok('-C', 'api', 'rev-parse', 'HEAD')).toBe(id)
  })

  test('may rewrite a branch when forced to, and not otherwise', async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    await git.ok('clone', '-q', await urlFor(github, 'acme/api'), 'api')
    await git.commit('api', 'a.txt', 'a')
    await git.ok('-C', 'api', 'push', '-q')
    await git.ok('-C', 'api', 'commit', '-q', '--amend', '-m', 'Another')
    expect((await git.run('-C', 'api', 'push')).stderr).toContain('non-fast-forward')
    await git.ok('-C', 'api', 'push', '-q', '--force')
  })

  test('of more than 10 MB comes in pieces of unknown number', { timeout: 60_000 }, async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    const url = await urlFor(github, 'acme/api')
    await git.ok('clone', '-q', url, 'api')
    const content = randomBytes(12_000_000)
    await git.commit('api', 'large.bin', content)
    await git.ok('-C', 'api', '-c', 'http.postBuffer=65536', 'push', '-q')
    await git.ok('clone', '-q', url, 'again')
    expect(content.equals(await readFile(join(git.home, 'again/large.bin')))).toBe(true)
  })

  /** @see https://github.com/microsoft/TypeChat/pull/361 */
  test('without contents: write is denied to the app by name, and the helper keeps its token', async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    const token = await tokenFor(github, 'acme', { permissions: { contents: 'read' } })
    const helper = credentialHelper(git, token)
    await git.ok(...helper.options, 'clone', '-q', `${github.url}/acme/api`, 'api')
    await git.commit('api', 'new.txt', 'new')
    const { code, stderr } = await git.run('-C', 'api', ...helper.options, 'push')
    expect(code).not.toBe(0)
    expect(stderr.replaceAll(github.url, '')).toBe(
      "remote: Permission to acme/api.git denied to hubauth-test-app[bot].\nfatal: unable to access '/acme/api/': The requested URL returned error: 403\n",
    )
    expect(await helper.calls()).toEqual(['get', 'store', 'get'])
  })

  test('with an expired token makes git erase it from the helper', async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    const helper = credentialHelper(git, await tokenFor(github, 'acme'))
    await git.ok(...helper.options, 'clone', '-q', `${github.url}/acme/api`, 'api')
    await git.commit('api', 'new.txt', 'new')
    github.advance(3_600_000)
    const { stderr } = await git.run('-C', 'api', ...helper.options, 'push')
    expect(stderr).toContain('remote: Invalid username or token.')
    expect(await helper.calls()).toEqual(['get', 'store', 'get', 'erase'])
  })

  test('to a public repository is denied to strangers, and asks the anonymous for a credential', async () => {
    const github = await startTestGitHub()
    const git = await gitClient()
    await git.ok('clone', '-q', `${github.url}/acme/docs`, 'docs')
    const push = async (url: string): Promise<string> =>
      (await git.run('-C', 'docs', 'push', url, 'main:new')).stderr
    const globex = await tokenFor(github, 'globex')
    expect(await push(withToken(`${github.url}/acme/docs`, globex))).toContain(
      'remote: Permission to acme/docs.git denied',
    )
    expect(await push(`${github.url}/acme/docs`)).toContain('could not read Username')
  })

  test('is a matter of the role for users', async () => {
    const collaborators = { ada: 'write', bob: 'read' } as const
    const accounts = [{ login: 'acme', repositories: [{ name: 'api', private: true, collaborators }] }]
    const github = await startTestGitHub({ accounts })
    const git = await gitClient()
    const as = (login: string): string =>
      withToken(`${github.url}/acme/api`, github.createPersonalAccessToken(login), login)
    await git.ok('clone', '-q', as('bob'), 'api')
    await git.commit('api', 'new.txt', 'new')
    expect((await git.run('-C', 'api', 'push')).stderr).toContain(
      'remote: Permission to acme/api.git denied to bob.',
    )
    await git.ok('-C', 'api', 'push', '-q', as('ada'), 'main')
    expect((await git.run('ls-remote', as('monalisa'))).stderr).toContain('remote: Repository not found.')
  })
})
