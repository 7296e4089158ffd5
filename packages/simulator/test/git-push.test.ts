import { expect, test } from 'vitest'
import { describeGit, type GitClient, gitClient, withToken } from './support/git.ts'
import { startGitServer, type TestGitServer } from './support/git-server.ts'

const ZEROS = '0'.repeat(40)
const WRITE = { contents: 'write' }

async function clone(server: TestGitServer): Promise<GitClient> {
  const git = await gitClient()
  await git.ok('clone', '-q', server.urlWith(WRITE), 'api')
  return git
}

describeGit('A push is told of', () => {
  test('once, with what changed, who did it, and its commits, before the client is done', async () => {
    const server = await startGitServer()
    const git = await clone(server)
    const before = await git.ok('-C', 'api', 'rev-parse', 'HEAD')
    await git.commit('api', 'a b.txt', 'a')
    await git.ok('-C', 'api', 'rm', '-q', 'README.md')
    const after = await git.commit('api', 'a b.txt', 'b')
    await git.ok('-C', 'api', 'push', '-q')
    expect(server.pushes).toHaveLength(1)
    const [push] = server.pushes
    expect(push?.repository).toBe(server.repository)
    expect(push?.sender.login).toBe('hubauth-test-app[bot]')
    const ada = { name: 'Ada', email: 'ada@example.com' }
    const common = {
      author: ada,
      committer: ada,
      timestamp: '2026-01-02T03:04:05+01:00',
      message: 'Add a b.txt',
    }
    expect(push?.changes).toMatchObject([
      {
        change: { ref: 'refs/heads/main', before, after },
        forced: false,
        commits: [
          {
            ...common,
            id: await git.ok('-C', 'api', 'rev-parse', 'HEAD~1'),
            treeId: await git.ok('-C', 'api', 'rev-parse', 'HEAD~1^{tree}'),
            added: ['a b.txt'],
            removed: [],
            modified: [],
          },
          {
            ...common,
            id: after,
            treeId: await git.ok('-C', 'api', 'rev-parse', 'HEAD^{tree}'),
            added: [],
            removed: ['README.md'],
            modified: ['a b.txt'],
          },
        ],
      },
    ])
  })

  test('with forty zeros for a branch that is new or gone, and only the commits nobody had', async () => {
    const server = await startGitServer()
    const git = await clone(server)
    const main = await git.ok('-C', 'api', 'rev-parse', 'HEAD')
    const id = await git.commit('api', 'new.txt', 'new')
    await git.ok('-C', 'api', 'push', '-q', 'origin', 'main:topic', 'origin/main:refs/heads/same')
    await git.ok('-C', 'api', 'push', '-q', 'origin', ':topic')
    const told = server.pushes.map(({ changes }) =>
      changes.map(({ change, commits }) => [change.ref, change.before, change.after, commits.length]),
    )
    expect(told).toEqual([
      [
        ['refs/heads/same', ZEROS, main, 0],
        ['refs/heads/topic', ZEROS, id, 1],
      ],
      [['refs/heads/topic', id, ZEROS, 0]],
    ])
  })

  test('not when nothing changed, or everything was refused', async () => {
    const server = await startGitServer()
    const git = await clone(server)
    await git.ok('-C', 'api', 'push', '-q')
    const { stderr } = await git.run('-C', 'api', 'push', 'origin', ':main')
    expect(stderr).toContain('deletion of the current branch prohibited')
    expect(server.pushes).toEqual([])
  })

  test('with up to three tags, and with none when there are more, as on GitHub', async () => {
    const server = await startGitServer()
    const git = await clone(server)
    for (const tag of ['v1', 'v2', 'v3']) await git.ok('-C', 'api', 'tag', '-am', tag, tag)
    await git.ok('-C', 'api', 'push', '-q', '--tags')
    expect(server.pushes[0]?.changes.map(({ change }) => change.ref)).toEqual([
      'refs/tags/v1',
      'refs/tags/v2',
      'refs/tags/v3',
    ])
    for (const tag of ['v4', 'v5', 'v6', 'v7']) await git.ok('-C', 'api', 'tag', tag)
    await git.ok('-C', 'api', 'push', '-q', '--tags')
    expect(server.pushes).toHaveLength(1)
  })

  test('with exactly its own changes, however many come at once', async () => {
    const server = await startGitServer()
    const clones = await Promise.all(Array.from({ length: 8 }, () => clone(server)))
    const ids = await Promise.all(
      clones.map((git, index) => git.commit('api', `${index}.txt`, String(index))),
    )
    await Promise.all(
      clones.map((git, index) => git.ok('-C', 'api', 'push', '-q', 'origin', `main:b${index}`)),
    )
    const told = server.pushes.map(({ changes }) => changes.map(({ change }) => [change.ref, change.after]))
    expect(told.sort()).toEqual(ids.map((id, index) => [[`refs/heads/b${index}`, id]]))
  })
})

describeGit('A user access token of an app', () => {
  test('without the permission is told that write access was not granted, as on GitHub', async () => {
    const server = await startGitServer()
    const { state, app, url } = server
    const monalisa = state.accounts.find('monalisa') ?? expect.fail('nobody owns the app')
    server.repository.collaborators.set(monalisa, 'write')
    const [installation] = state.installations.of(app)
    const token = state.userTokens.mint(monalisa, { app, expiresAt: undefined, now: state.clock.now() })
    const address = withToken(`${url}/acme/api`, token.value)
    const git = await gitClient()
    await git.ok('clone', '-q', address, 'api')
    await git.commit('api', 'new.txt', 'new')
    await git.ok('-C', 'api', 'push', '-q')
    expect(server.pushes[0]?.sender).toBe(monalisa)
    for (const permissions of [{ contents: 'read' }, {}] as const) {
      if (installation !== undefined) installation.permissions = permissions
      const { stderr } = await git.run('-C', 'api', 'push', 'origin', 'main:other')
      expect(stderr).toContain('remote: Write access to repository not granted.')
    }
    expect((await git.run('-C', 'api', 'fetch')).stderr).toContain(
      'remote: Write access to repository not granted.',
    )
  })
})
