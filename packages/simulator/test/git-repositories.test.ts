import { expect, test } from 'vitest'
import { checkFiles } from '../src/state/repository-files.ts'
import { describeGit, gitClient } from './support/git.ts'
import { startGitServer } from './support/git-server.ts'

test.for([
  '',
  '.',
  '..',
  '../README.md',
  '/etc/passwd',
  'a/../b',
  'a//b',
  'a/',
  './a',
  '.git/config',
  'a/.GIT/hooks/update',
  '.git./config',
  'a\\b',
  'a\nb',
  'a\0b',
  'a'.repeat(1_001),
])('A repository cannot start with a file at %j', (path) => {
  expect(() => checkFiles({ [path]: '' })).toThrow(TypeError)
})

test('A repository cannot start with a file that is also a folder', () => {
  expect(() => checkFiles({ a: '', 'a/b': '' })).toThrow('"a" cannot be a file and the folder of "a/b"')
  checkFiles({ 'a.git/b': '', '.github/workflows/ci.yml': '', '...': '', 'ä b': '' })
})

describeGit('The commits of a push', () => {
  test('are the newest 2048, oldest first', async () => {
    const server = await startGitServer()
    const git = await gitClient()
    await git.ok('clone', '-q', server.urlWith({ contents: 'write' }), 'api')
    const commits = Array.from({ length: 2_050 }, (_, index) =>
      [
        `commit refs/heads/main`,
        `committer Ada <ada@example.com> ${1_767_225_600 + index} +0000`,
        `data <<END`,
        `Commit ${index}`,
        `END`,
        ...(index === 0 ? [`from refs/heads/main^0`] : []),
        '',
      ].join('\n'),
    )
    await git.input(commits.join('\n'), '-C', 'api', 'fast-import', '--quiet')
    await git.ok('-C', 'api', 'push', '-q')
    const told = server.pushes[0]?.changes[0]?.commits ?? []
    expect(told).toHaveLength(2_048)
    expect([told[0]?.message, told.at(-1)?.message]).toEqual(['Commit 2', 'Commit 2049'])
  })

  test('are compared to their first parent when they merge', async () => {
    const server = await startGitServer()
    const git = await gitClient()
    await git.ok('clone', '-q', server.urlWith({ contents: 'write' }), 'api')
    await git.ok('-C', 'api', 'switch', '-qc', 'topic')
    await git.commit('api', 'topic.txt', 'topic')
    await git.ok('-C', 'api', 'switch', '-q', 'main')
    await git.commit('api', 'main.txt', 'main')
    await git.ok('-C', 'api', 'merge', '-q', '--no-edit', 'topic')
    await git.ok('-C', 'api', 'push', '-q')
    const told = server.pushes[0]?.changes[0]?.commits.map(({ message, added }) => [message, added])
    expect(told?.slice(0, 2).sort()).toEqual([
      ['Add main.txt', ['main.txt']],
      ['Add topic.txt', ['topic.txt']],
    ])
    expect(told?.[2]).toEqual(["Merge branch 'topic'", ['topic.txt']])
  })
})
